package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.GlobalOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code doctor} on the machine that the tests run on: containers run here, so nothing fails. */
class DoctorIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void proaOnly() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no such command");
  }

  private Result doctor(String... options) {
    String[] all = new String[options.length + 1];
    all[0] = "doctor";
    System.arraycopy(options, 0, all, 1, options.length);
    return box.runtime().with(GlobalOptions.root(null)).raw(all);
  }

  @Test
  void everySubjectIsAnswered() {
    JsonNode probes = OciRuntime.json(doctor("--json").succeeds().stdout());

    Set<String> groups = new HashSet<>();
    for (JsonNode probe : probes) {
      groups.add(probe.path("group").asText());
      assertTrue(
          Set.of("works", "missing", "fails").contains(probe.path("answer").asText()),
          probe::toString);
    }
    assertEquals(Set.of("kernel", "namespaces", "cgroups", "mounts", "user", "programs"), groups);
  }

  @Test
  void whatItSaysOfNamespacesIsSo() {
    JsonNode probes = OciRuntime.json(doctor("--json").succeeds().stdout());

    for (JsonNode probe : probes) {
      if (probe.path("group").asText().equals("namespaces")
          && probe.path("name").asText().equals("pid")) {
        String limit = box.host("cat", "/proc/sys/user/max_pid_namespaces");
        assertEquals("works", probe.path("answer").asText());
        assertEquals("at most " + limit, probe.path("detail").asText());
        return;
      }
    }
    throw new AssertionError("no pid namespaces in " + probes);
  }

  @Test
  void forPeopleItIsAlignedAndPlain() {
    Result result = doctor().succeeds();

    assertTrue(result.stdout().lines().anyMatch("namespaces"::equals), result::toString);
    assertEquals(-1, result.stdout().indexOf('\033'), result::toString);
  }
}
