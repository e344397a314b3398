package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code --timeline}: what was done, in all processes, with its time. */
class TimelineIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void onlyHere() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "an option of proa's own");
  }

  private Result run(Bundle bundle, Path file) {
    String id = box.owns(bundle.name(), box.runtime());
    return box.runtime()
        .raw("run", "--timeline", file.toString(), "-b", bundle.write().toString(), id);
  }

  private static List<JsonNode> events(Path file) {
    List<JsonNode> events = new ArrayList<>();
    OciRuntime.json(HostFiles.read(file)).get("traceEvents").forEach(events::add);
    return events;
  }

  /** The names of a process's calls or phases, in their order. */
  private static List<String> names(Path file, String process, String category) {
    List<String> names = new ArrayList<>();
    int pid = -1;
    for (JsonNode event : events(file)) {
      boolean named = event.get("ph").asText().equals("M");
      if (named && event.get("args").get("name").asText().equals(process)) {
        pid = event.get("pid").asInt();
      } else if (!named
          && event.get("pid").asInt() == pid
          && event.get("cat").asText().equals(category)) {
        names.add(event.get("name").asText());
      }
    }
    return names;
  }

  @Test
  void bothProcessesAndTheHooks() {
    Path file = box.folder().resolve("t.json");
    Bundle bundle = box.bundle().args("true").hook("createRuntime", "true");
    run(bundle, file).succeeds();

    List<String> runtime = names(file, "proa", "call");
    assertTrue(runtime.containsAll(List.of("clone3", "sendto", "wait4")), runtime::toString);
    List<String> init = names(file, "init", "call");
    assertTrue(init.contains("pivot_root"), init::toString);
    assertEquals("execve", init.getLast());
    List<String> phases = names(file, "init", "phase");
    assertTrue(
        phases.containsAll(List.of("mounts[0]", "linux.maskedPaths", "process.args")),
        phases::toString);
    assertEquals("execve", names(file, "hooks.createRuntime", "call").getLast());
  }

  @Test
  void timesLieInTheCommand() {
    Path file = box.folder().resolve("t.json");
    run(box.bundle().args("true"), file).succeeds();

    double end = 0;
    for (JsonNode event : events(file)) {
      if (event.has("cat") && event.get("cat").asText().equals("command")) {
        end = event.get("dur").asDouble();
      }
    }
    assertTrue(end > 100, "the command's microseconds: " + end);
    for (JsonNode event : events(file)) {
      if (event.has("ts")) {
        double start = event.get("ts").asDouble();
        double duration = event.get("dur").asDouble();
        assertTrue(start >= 0 && duration >= 0 && start + duration <= end, event::toString);
      }
    }
  }

  @Test
  void aTimeNamespaceHasAClockOfItsOwnAndDoesNotShow() {
    Path file = box.folder().resolve("t.json");
    Bundle bundle =
        box.bundle()
            .args("true")
            .namespace("time")
            .with("/linux/timeOffsets", Map.of("monotonic", Map.of("secs", 100_000)));
    run(bundle, file).succeeds();
    for (JsonNode event : events(file)) {
      assertTrue(!event.has("ts") || event.get("ts").asDouble() < 60e6, event::toString);
    }
  }

  @Test
  void spansBelongToTheCallersTraceAndHooksToThem() {
    Path file = box.folder().resolve("t.otlp.json");
    Path seen = box.folder().resolve("seen");
    Bundle bundle = box.bundle().args("true").hook("createRuntime", "echo $TRACEPARENT > " + seen);
    String id = box.owns(bundle.name(), box.runtime());
    box.runtime()
        .withEnvironment("TRACEPARENT", "00-" + TRACE + "-" + PARENT + "-01")
        .raw("run", "--timeline", file.toString(), "-b", bundle.write().toString(), id)
        .succeeds();

    JsonNode spans =
        OciRuntime.json(HostFiles.read(file)).at("/resourceSpans/0/scopeSpans/0/spans");
    Map<String, JsonNode> byId = new HashMap<>();
    spans.forEach(span -> byId.put(span.get("spanId").asText(), span));
    assertEquals(spans.size(), byId.size(), "ids");
    JsonNode root = spans.get(0);
    assertEquals(PARENT, root.get("parentSpanId").asText());
    for (JsonNode span : spans) {
      assertEquals(TRACE, span.get("traceId").asText());
      assertTrue(
          span.get("endTimeUnixNano").asLong() >= span.get("startTimeUnixNano").asLong(),
          span::toString);
      assertTrue(span.equals(root) || byId.containsKey(span.get("parentSpanId").asText()));
    }
    assertEquals(
        "00-" + TRACE + "-" + root.get("spanId").asText() + "-01", HostFiles.read(seen).strip());
    long now = System.currentTimeMillis();
    long then = root.get("startTimeUnixNano").asLong() / 1_000_000;
    assertTrue(Math.abs(now - then) < 600_000, () -> then + " is not the time of day " + now);
  }

  @Test
  void withoutItHooksGetNothing() {
    Path seen = box.folder().resolve("seen");
    Bundle bundle =
        box.bundle().args("true").hook("createRuntime", "echo [$TRACEPARENT] > " + seen);
    String id = box.owns(bundle.name(), box.runtime());
    box.runtime()
        .withEnvironment("TRACEPARENT", "00-" + TRACE + "-" + PARENT + "-01")
        .raw("run", "-b", bundle.write().toString(), id)
        .succeeds();
    assertEquals("[]", HostFiles.read(seen).strip());
  }

  @Test
  void eachCommandHasIt() {
    Bundle bundle = box.bundle().sleeping();
    String id = box.owns(bundle.name(), box.runtime());
    Path create = box.folder().resolve("create.json");
    Path start = box.folder().resolve("start.json");
    Path exec = box.folder().resolve("exec.json");
    box.runtime()
        .raw("create", "--timeline", create.toString(), "-b", bundle.write().toString(), id)
        .succeeds();
    box.runtime().raw("start", "--timeline", start.toString(), id).succeeds();
    box.runtime().raw("exec", "--timeline", exec.toString(), id, "true").succeeds();

    assertTrue(names(create, "child", "call").contains("pivot_root"), "create");
    assertTrue(names(start, "proa", "phase").contains("start"), "start");
    assertTrue(names(exec, "init", "call").contains("execve"), "exec");
  }

  @Test
  void alsoOfWhatFails() {
    Path file = box.folder().resolve("t.json");
    run(box.bundle().args("no-such-program"), file).exits(1);
    assertTrue(names(file, "proa", "call").contains("clone3"), "calls");
    box.assertNothingLeft();
  }

  @Test
  void aFileThatCannotBeWrittenStopsTheCommand() {
    Result result = run(box.bundle().args("true"), box.folder().resolve("no/t.json")).exits(1);
    assertTrue(result.error().contains("no/t.json"), result.error());
    box.assertNothingLeft();
  }

  /** Only execve may follow the loading of the filter, timeline or not. */
  @Test
  void aStrictFilterIsEnough() {
    Path profile = box.folder().resolve("profile.json");
    Bundle bundle = box.bundle().args("true");
    String id = box.owns(bundle.name(), box.runtime());
    box.runtime()
        .raw("run", "--seccomp-learn", profile.toString(), "-b", bundle.write().toString(), id)
        .succeeds();
    ObjectNode section = (ObjectNode) OciRuntime.json(HostFiles.read(profile));
    section.put("defaultAction", "SCMP_ACT_KILL_PROCESS");
    Path file = box.folder().resolve("t.json");
    run(bundle.with("/linux/seccomp", section), file).succeeds();
    assertEquals("execve", names(file, "init", "call").getLast());
    assertTrue(Files.exists(file));
    assertFalse(names(file, "init", "call").isEmpty());
  }
}
