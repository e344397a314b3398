package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@code --systemd-cgroup}: limits and annotations are the properties of the unit and the files of
 * its cgroup.
 */
class SystemdPropertiesIT extends SystemdUnit {

  // Limits

  @Test
  void limitsArePropertiesAndFiles() {
    Bundle bundle =
        scope()
            .with("/linux/resources/memory/limit", 67_108_864)
            .with("/linux/resources/memory/reservation", 33_554_432)
            .with("/linux/resources/memory/swap", 100_663_296)
            .with("/linux/resources/pids/limit", 99)
            .with("/linux/resources/cpu/quota", 12_345)
            .with("/linux/resources/cpu/period", 50_000)
            .with("/linux/resources/cpu/cpus", "0");

    Container container = create(bundle);

    assertEquals(
        List.of(
            "MemoryMax=67108864",
            "MemoryLow=33554432",
            "MemorySwapMax=33554432",
            "TasksMax=99",
            "CPUQuotaPerSecUSec=250ms",
            "CPUQuotaPeriodUSec=50ms",
            "AllowedCPUs=0"),
        properties(
            unit(bundle),
            "MemoryMax",
            "MemoryLow",
            "MemorySwapMax",
            "TasksMax",
            "CPUQuotaPerSecUSec",
            "CPUQuotaPeriodUSec",
            "AllowedCPUs"));
    assertEquals("67108864", file(container, "memory.max"));
    assertEquals("99", file(container, "pids.max"));
    assertEquals("12345 50000", file(container, "cpu.max"));
    assertEquals("0", file(container, "cpuset.cpus"));
  }

  @Test
  void sharesAreAWeight() {
    Bundle bundle = scope().with("/linux/resources/cpu/shares", 2048);

    Container container = create(bundle);

    assertEquals(file(container, "cpu.weight"), property(unit(bundle), "CPUWeight"));
  }

  @Test
  void unifiedFilesArePropertiesToo() {
    Bundle bundle =
        scope()
            .with(
                "/linux/resources/unified",
                Map.of("memory.high", "50000000", "pids.max", "66", "memory.oom.group", "1"));

    Container container = create(bundle);

    assertEquals(
        List.of("MemoryHigh=49999872", "TasksMax=66"),
        properties(unit(bundle), "MemoryHigh", "TasksMax").stream()
            .map(line -> line.replace("50000000", "49999872"))
            .toList());
    assertEquals("66", file(container, "pids.max"));
    assertEquals("1", file(container, "memory.oom.group"));
  }

  /** By callers that do not repeat the flag: the state remembers the driver. */
  @Test
  void updateAndExecInTheUnit() {
    Bundle bundle = scope().with("/linux/resources/memory/limit", 67_108_864);
    Container container = create(bundle).start();

    box.runtime()
        .raw("update", "--memory", "83886080", "--pids-limit", "77", bundle.name())
        .exits(0);

    assertEquals(
        List.of("MemoryMax=83886080", "TasksMax=77"),
        properties(unit(bundle), "MemoryMax", "TasksMax"));
    assertEquals("83886080", file(container, "memory.max"));
    assertEquals("77", file(container, "pids.max"));
    String cgroup =
        box.runtime().raw("exec", bundle.name(), "cat", "/proc/self/cgroup").exits(0).text();
    assertEquals("0::" + cgroup(container), cgroup);
  }

  @Test
  void limitsOutliveAReloadOfSystemd() {
    Bundle bundle =
        scope()
            .with("/linux/resources/memory/limit", 67_108_864)
            .with("/linux/resources/pids/limit", 99);
    Container container = create(bundle);

    box.host("systemctl", "daemon-reload");

    assertEquals("67108864", file(container, "memory.max"));
    assertEquals("99", file(container, "pids.max"));
  }

  @Test
  void deviceRulesAreProperties() {
    Bundle bundle =
        scope()
            .with(
                "/linux/resources/devices",
                List.of(
                    Map.of("allow", false, "access", "rwm"),
                    Map.of("allow", true, "type", "c", "major", 10, "minor", 229, "access", "rw")));

    create(bundle);

    assertEquals("strict", property(unit(bundle), "DevicePolicy"));
    List<String> allowed = Arrays.asList(property(unit(bundle), "DeviceAllow").split("\n"));
    assertTrue(allowed.contains("/dev/char/10:229 rw"), allowed.toString());
    assertTrue(allowed.contains("/dev/char/1:3 rwm"), allowed.toString());
    assertTrue(
        allowed.contains("char-pts rwm") || allowed.contains("char-136 rwm"), allowed.toString());
  }

  @Test
  void deviceRulesHold() {
    Bundle bundle =
        scope()
            .writable()
            .shell("mknod /n c 1 3 && echo x > /n && echo null; mknod /k c 1 2; cat /k");
    bundle.capabilities("CAP_MKNOD");
    Container container = create(bundle);

    container.start().await("stopped");

    assertEquals("null\n", container.stdout());
    assertTrue(
        container.stderr().contains("can't open '/k': Operation not permitted"),
        container.stderr());
  }

  @Test
  void updatedDeviceRulesHold() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc leaves them as they are");
    String open = "(exec 3</fuse) 2>/dev/null && echo yes || echo no";
    Bundle bundle =
        scope()
            .writable()
            .shell("mknod /fuse c 10 229; while :; do " + open + "; usleep 20000; done")
            .capabilities("CAP_MKNOD");
    Container container = create(bundle).start();
    Poll.until("refusals", () -> container.stdout().endsWith("no\n"));

    updateDevices(
        container,
        "{\"allow\": true, \"type\": \"c\", \"major\": 10, \"minor\": 229, \"access\": \"r\"}");
    Poll.until("the device", () -> container.stdout().endsWith("yes\n"));
    String allowed = property(unit(bundle), "DeviceAllow");
    box.host("systemctl", "daemon-reload");
    int shown = container.stdout().length();
    Poll.until("more answers", () -> container.stdout().length() > shown + 20);
    assertTrue(container.stdout().endsWith("yes\n"), container::stdout);
    updateDevices(container, null);
    Poll.until("refusals again", () -> container.stdout().endsWith("no\n"));

    assertTrue(allowed.contains("/dev/char/10:229 r"), allowed);
    allowed = property(unit(bundle), "DeviceAllow");
    assertFalse(allowed.contains("10:229"), allowed);
  }

  private void updateDevices(Container container, String more) {
    String rules = "{\"allow\": false, \"access\": \"rwm\"}" + (more == null ? "" : ", " + more);
    box.runtime().updateFrom(container.id(), "{\"devices\": [" + rules + "]}").succeeds();
  }

  // Annotations

  @Test
  void annotationsAreProperties() {
    Bundle bundle = scope();
    bundle.with(
        "/annotations",
        Map.of(
            "org.systemd.property.TimeoutStopSec", "uint64 123",
            "org.systemd.property.CollectMode", "'inactive-or-failed'",
            "org.systemd.property.SendSIGHUP", "true"));

    create(bundle);

    assertEquals(
        List.of("TimeoutStopUSec=2min 3s", "CollectMode=inactive-or-failed", "SendSIGHUP=yes"),
        properties(unit(bundle), "TimeoutStopUSec", "CollectMode", "SendSIGHUP"));
  }

  @Test
  void wrongAnnotationsAreRefused() {
    assumeSystemd();
    for (String value : List.of("unquoted", "uint32 -1")) {
      Bundle bundle = scope();
      bundle.with("/annotations", Map.of("org.systemd.property.CollectMode", value));

      Result result = tryCreate(bundle);

      assertTrue(result.exit() != 0, result.toString());
      assertNoUnit(unit(bundle));
    }
    box.assertNothingLeft();
  }

  @Test
  void aPropertyThatSystemdDoesNotKnowIsRefused() {
    assumeSystemd();
    Bundle bundle = scope();
    bundle.with("/annotations", Map.of("org.systemd.property.NoSuchThing", "true"));

    Result result = tryCreate(bundle);

    assertTrue(result.exit() != 0, result.toString());
    assertTrue(result.stderr().contains("NoSuchThing"), result.stderr());
    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }
}
