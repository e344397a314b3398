package dev.proa.timeline;

import dev.proa.spec.JsonWriter;
import java.util.List;

/**
 * Chrome's trace events: the Trace Event Format, JSON Object Format, which Perfetto and
 * chrome://tracing open. Times are microseconds since the command began.
 */
final class ChromeTrace {
  private final JsonWriter json = JsonWriter.compact();
  private final long begin;

  private ChromeTrace(long begin) {
    this.begin = begin;
  }

  static byte[] of(List<Lane> lanes, String command, long begin, long end) {
    ChromeTrace trace = new ChromeTrace(begin);
    JsonWriter json = trace.json;
    json.beginObject().field("displayTimeUnit", "ns").beginArray("traceEvents");
    for (Lane lane : lanes) {
      trace.name(lane.pid(), lane.name());
    }
    trace.complete(lanes.getFirst().pid(), command, "command", begin, end).endObject();
    for (Lane lane : lanes) {
      trace.write(lane);
    }
    return json.endArray().endObject().toBytes();
  }

  private void name(int pid, String name) {
    json.beginObject().field("ph", "M").field("name", "process_name").field("pid", pid);
    json.beginObject("args").field("name", name).endObject().endObject();
  }

  private void write(Lane lane) {
    for (Lane.Phase phase : lane.phases()) {
      complete(lane.pid(), phase.name(), "phase", phase.start(), phase.end()).endObject();
      for (Lane.Span call : phase.calls()) {
        complete(lane.pid(), call.name(), "call", call.start(), call.end());
        json.beginObject("args").fieldIfPresent("call", call.text());
        json.fieldIfPresent("result", call.result()).endObject().endObject();
      }
    }
  }

  private JsonWriter complete(int pid, String name, String category, long start, long end) {
    json.beginObject().field("ph", "X").field("name", name).field("cat", category);
    json.field("pid", pid).field("tid", pid);
    return json.name("ts").thousandths(start - begin).name("dur").thousandths(end - start);
  }
}
