package dev.proa.cli;

import dev.proa.kernel.Sysno;
import dev.proa.operation.Explain;
import dev.proa.rehearsal.Scene;
import dev.proa.spec.JsonWriter;
import java.util.Map;

/** A plan for programs: {@code explain --json}. */
final class PlanJson {
  private PlanJson() {}

  static String of(Explain.Explanation plan, String wanted) {
    JsonWriter json = JsonWriter.pretty();
    json.beginObject().beginArray("processes");
    for (Scene scene : plan.scenes()) {
      write(json, scene, wanted);
    }
    json.endArray().beginArray("files");
    for (Scene scene : plan.scenes()) {
      for (Map.Entry<String, String> file : PlanText.Files.of(scene, wanted)) {
        json.beginObject().field("path", file.getKey()).field("data", file.getValue()).endObject();
      }
    }
    json.endArray();
    if (PlanText.isWanted("process.capabilities", wanted)) {
      json.beginObject("capabilities");
      for (Explain.CapabilitySet set : plan.capabilities()) {
        json.beginObject(set.name());
        json.texts("before", set.before()).texts("after", set.after()).endObject();
      }
      json.endObject();
    }
    if (PlanText.isWanted("linux.seccomp", wanted)) {
      json.texts("filter", plan.filter());
    }
    json.texts("warnings", plan.warnings()).fieldIfPresent("failure", plan.failure());
    return json.endObject().line();
  }

  private static void write(JsonWriter json, Scene scene, String wanted) {
    json.beginObject().field("name", scene.name()).beginArray("calls");
    for (Scene.Action action : scene.actions()) {
      if (action.call().number() != Sysno.CLOSE && PlanText.isWanted(action.section(), wanted)) {
        json.beginObject().field("section", action.section());
        json.field("call", action.call().toString()).field("result", action.result());
        json.fieldIfPresent("file", action.file()).endObject();
      }
    }
    json.endArray().endObject();
  }
}
