package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code audit}: what stands between a container and its host. */
class AuditIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void onlyHere() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "no other runtime has the command");
  }

  private static List<String> grades(JsonNode audit, String pointer) {
    List<String> grades = new ArrayList<>();
    for (JsonNode each : audit.path("exposures")) {
      if (each.path("pointer").asText().startsWith(pointer)) {
        grades.add(each.path("grade").asText());
      }
    }
    return grades;
  }

  @Test
  void aBundleAsAGate() {
    Bundle bundle = box.bundle().mount("/host", "bind", "/", "rbind", "rw");
    Path folder = bundle.write();

    Result result =
        box.runtime().raw("audit", "-b", folder.toString(), "--json", "--fail-on", "critical");

    JsonNode audit = OciRuntime.json(result.exits(2).stdout());
    assertEquals(1, audit.path("critical").asInt(), audit::toString);
    assertFalse(audit.path("live").asBoolean(), audit::toString);
    assertEquals(List.of("critical"), grades(audit, "/mounts/"), audit::toString);
    assertTrue(audit.at("/exposures/0/line").asInt() > 1, audit::toString);
    box.runtime().raw("audit", "-b", folder.toString()).succeeds();
    bundle.without("/mounts/" + (bundle.config().path("mounts").size() - 1)).write();
    box.runtime().raw("audit", "-b", folder.toString(), "--fail-on", "critical").succeeds();
  }

  @Test
  void aRunningContainerIsAsItWasAskedFor() {
    Container container = box.started(box.bundle().sleeping());

    JsonNode audit =
        OciRuntime.json(box.runtime().raw("audit", "--json", container.id()).succeeds().stdout());

    assertTrue(audit.path("live").asBoolean(), audit::toString);
    for (JsonNode each : audit.path("exposures")) {
      assertFalse(each.path("live").asBoolean(), each::toString);
    }
  }

  @Test
  void driftIsFound() {
    Container container = box.started(box.bundle().sleeping());
    int pid = container.pid();
    box.host(
        "nsenter", "-m", "-t", Integer.toString(pid), "--", "/bin/busybox", "umount", "/proc/sys");

    JsonNode audit =
        OciRuntime.json(
            box.runtime()
                .raw("audit", "--json", "--fail-on", "high", container.id())
                .exits(2)
                .stdout());

    assertEquals("/proc/sys is not read-only any more", audit.at("/exposures/0/message").asText());
    assertTrue(audit.at("/exposures/0/live").asBoolean(), audit::toString);
  }

  @Test
  void whatCannotBeAudited() {
    assertEquals("container does not exist", box.runtime().raw("audit", "nobody").exits(1).error());
    assertEquals(
        "JSON specification file config.json not found",
        box.runtime().raw("audit", "-b", box.folder().toString()).exits(1).error());
    assertEquals(
        "invalid grade \"bad\": not critical, high, medium, low or info",
        box.runtime().raw("audit", "--fail-on", "bad", "nobody").exits(1).error());
  }
}
