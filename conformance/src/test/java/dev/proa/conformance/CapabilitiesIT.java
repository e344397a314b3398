package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config.md, "Linux Process": {@code process.capabilities}. */
class CapabilitiesIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  /** The five sets as /proc/self/status shows them, in the order Inh Prm Eff Bnd Amb. */
  private List<String> shownCapabilities(Bundle bundle) {
    List<String> sets = new ArrayList<>();
    for (String line : box.lines(bundle.args("grep", "^Cap", "/proc/self/status"))) {
      sets.add(line.split("\\s+")[1].replaceFirst("^0+(?=.)", ""));
    }
    return sets;
  }

  @Test
  void capabilitySetsAreSetApart() {
    // CHOWN is bit 0, KILL bit 5, SETPCAP bit 8, NET_RAW bit 13.
    Bundle bundle =
        box.bundle()
            .with(
                "/process/capabilities",
                Map.of(
                    "bounding", List.of("CAP_CHOWN", "CAP_KILL", "CAP_SETPCAP", "CAP_NET_RAW"),
                    "permitted", List.of("CAP_CHOWN", "CAP_KILL", "CAP_SETPCAP"),
                    "effective", List.of("CAP_KILL"),
                    "inheritable", List.of("CAP_CHOWN", "CAP_NET_RAW"),
                    "ambient", List.of("CAP_CHOWN")))
            .with("/process/user", Map.of("uid", 1000, "gid", 1000));

    // After the exec of a program without file capabilities, as another user: P' = ambient.
    assertEquals(List.of("2001", "1", "1", "2121", "1"), shownCapabilities(bundle));
  }

  @Test
  void rootsCapabilities() {
    // As root the exec gives permitted and effective = bounding | inheritable.
    Bundle bundle =
        box.bundle()
            .with(
                "/process/capabilities",
                Map.of(
                    "bounding", List.of("CAP_CHOWN", "CAP_KILL"),
                    "permitted", List.of("CAP_CHOWN", "CAP_KILL"),
                    "effective", List.of("CAP_CHOWN", "CAP_KILL")));

    assertEquals(List.of("0", "21", "21", "21", "0"), shownCapabilities(bundle));
  }

  @Test
  void noCapabilities() {
    for (Map<String, List<String>> none :
        List.of(Map.<String, List<String>>of(), Map.of("bounding", List.<String>of()))) {
      Bundle bundle = box.bundle().with("/process/capabilities", none);
      assertEquals(List.of("0", "0", "0", "0", "0"), shownCapabilities(bundle));
    }
  }

  @Test
  void absentCapabilities() {
    Bundle bundle = box.bundle().without("/process/capabilities");

    List<String> sets = shownCapabilities(bundle);

    assumeTrue(
        box.kind() != RuntimeKind.RUNC,
        "runc 1.1.5 leaves the caller's capabilities where the section is absent: " + sets);
    assertEquals(List.of("0", "0", "0", "0", "0"), sets);
  }

  @Test
  void lastCapability() {
    Bundle bundle = box.bundle().capabilities("CAP_CHECKPOINT_RESTORE");

    assertEquals(
        List.of("10000000000", "10000000000", "10000000000", "10000000000", "10000000000"),
        shownCapabilities(bundle));
  }

  @Test
  void aDroppedCapabilityIsMissing() {
    Result result = box.run(box.bundle().writable().args("chown", "1000", "/tmp"));

    result.exits(1);
    assertEquals("chown: /tmp: Operation not permitted", result.stderr().strip());
  }

  @Test
  void aGivenCapabilityWorks() {
    Bundle bundle = box.bundle().writable().capabilities("CAP_CHOWN");

    assertEquals("1000", box.output(bundle.shell("chown 1000 /tmp; stat -c %u /tmp")));
  }

  @Test
  void unknownCapabilitiesAreIgnored() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun refuses");
    Bundle bundle =
        box.bundle().with("/process/capabilities/bounding", List.of("CAP_KILL", "CAP_NOSUCH"));

    Result result = box.run(bundle).exits(0);

    assumeTrue(box.kind() == RuntimeKind.PROA, "runc has another text");
    assertTrue(
        result.stderr().contains("ignoring unknown or unavailable capability CAP_NOSUCH"),
        result::toString);
  }

  /** "Runtimes SHOULD NOT fail if the container configuration requests" what they do not have. */
  @Test
  void capabilitiesThatTheHostDoesNotGrantAreIgnored() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun fail");
    List<String> names = List.of("CAP_KILL", "CAP_SYS_RESOURCE");
    Bundle bundle = box.bundle().args("grep", "CapPrm", "/proc/self/status");
    for (String set : List.of("bounding", "effective", "inheritable", "permitted")) {
      bundle.with("/process/capabilities/" + set, names);
    }
    assumeTrue(
        HostFiles.read("/proc/self/status").lines().noneMatch(this::grantsSysResource),
        "this host grants CAP_SYS_RESOURCE");

    Result result = box.run(bundle).exits(0);

    assertEquals("CapPrm:\t0000000000000020\n", result.stdout());
    assertTrue(
        result.stderr().contains("ignoring unknown or unavailable capability CAP_SYS_RESOURCE"),
        result::toString);
  }

  private boolean grantsSysResource(String line) {
    return line.startsWith("CapPrm:")
        && (Long.parseLong(line.substring("CapPrm:".length()).strip(), 16) & 1L << 24) != 0;
  }
}
