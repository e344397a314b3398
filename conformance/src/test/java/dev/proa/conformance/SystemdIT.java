package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code --systemd-cgroup}: the container is a unit of systemd, whose properties {@code systemctl}
 * tells (config-linux.md, "Cgroups Path": what the value means is the runtime's to define; it is
 * runc's here).
 */
class SystemdIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final int USER = 1000;

  private static void assumeSystemd() {
    assumeTrue(
        HostFiles.readOrEmpty(Path.of("/proc/1/comm")).strip().equals("systemd")
            && Files.exists(CGROUPS.resolve("cgroup.controllers")),
        "this machine's pid 1 is not systemd with cgroup v2: hack/vm test SystemdIT");
  }

  private OciRuntime systemd() {
    return box.runtime().with(box.runtime().globals().withSystemdCgroup());
  }

  /** A container's bundle whose unit is {@code it-NAME.scope} in system.slice. */
  private Bundle scope() {
    Bundle bundle = box.bundle().sleeping();
    return bundle.with("/linux/cgroupsPath", "system.slice:it:" + bundle.name());
  }

  private static String unit(Bundle bundle) {
    return "it-" + bundle.name() + ".scope";
  }

  private Container create(Bundle bundle) {
    assumeSystemd();
    return box.create(bundle, CreateOptions.bundle(bundle.write()), systemd());
  }

  private Result tryCreate(Bundle bundle) {
    OciRuntime runtime = systemd();
    return runtime.create(box.owns(bundle.name(), runtime), CreateOptions.bundle(bundle.write()));
  }

  /** The container's cgroup, from the hierarchy's root. */
  private static String cgroup(Container container) {
    return container.proc("cgroup").strip().replaceFirst("^0::", "");
  }

  private static String file(Container container, String name) {
    return HostFiles.read(CGROUPS.resolve(cgroup(container).substring(1)).resolve(name)).strip();
  }

  private String property(String unit, String name) {
    return box.host("systemctl", "show", "--value", "-p", name, unit);
  }

  private List<String> properties(String unit, String... names) {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      lines.add(name + "=" + property(unit, name));
    }
    return lines;
  }

  private void assertNoUnit(String unit) {
    assertEquals(
        "", box.host("systemctl", "list-units", "--all", "--plain", "--no-legend", unit), unit);
    assertFalse(Files.exists(CGROUPS.resolve("system.slice").resolve(unit)));
  }

  // The place

  @Test
  void aScopeInTheSlice() {
    Bundle bundle = scope();

    Container container = create(bundle);

    assertEquals("/system.slice/" + unit(bundle), cgroup(container));
    assertEquals(
        List.of("ActiveState=active", "Slice=system.slice", "Delegate=yes", "Transient=yes"),
        properties(unit(bundle), "ActiveState", "Slice", "Delegate", "Transient"));
    assertEquals(Integer.toString(container.pid()), file(container, "cgroup.procs"));
  }

  @Test
  void slicesNest() {
    assumeSystemd();
    Bundle bundle = box.bundle().sleeping();
    bundle.with("/linux/cgroupsPath", "proait-pod1.slice:it:" + bundle.name());
    Container container = create(bundle);
    try {
      assertEquals("/proait.slice/proait-pod1.slice/" + unit(bundle), cgroup(container));
    } finally {
      systemd().deleteForce(container.id());
      box.host("systemctl", "stop", "proait.slice");
    }
  }

  @Test
  void theRootSlice() {
    Bundle bundle = box.bundle().sleeping();
    bundle.with("/linux/cgroupsPath", "-.slice:it:" + bundle.name());
    assertEquals("/" + unit(bundle), cgroup(create(bundle)));
  }

  @Test
  void theDefaultIsAScopeOfTheIdInSystemSlice() {
    Bundle bundle = box.bundle().sleeping().without("/linux/cgroupsPath");

    String cgroup = cgroup(create(bundle));

    assertTrue(cgroup.matches("/system\\.slice/(runc|crun)-" + bundle.name() + "\\.scope"), cgroup);
  }

  @Test
  void aNameThatIsASliceIsTheUnit() {
    assumeSystemd();
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun cannot put a process into a slice");
    Bundle bundle = box.bundle().sleeping();
    bundle.with("/linux/cgroupsPath", ":it:proaits.slice").with("/linux/resources/pids/limit", 77);
    Container container = create(bundle);

    assertEquals("/proaits.slice", cgroup(container));
    assertEquals("77", property("proaits.slice", "TasksMax"));
    assertEquals("77", file(container, "pids.max"));

    systemd().deleteForce(container.id()).succeeds();
    assertFalse(Files.exists(CGROUPS.resolve("proaits.slice")));
  }

  @Test
  void otherPathsAreRefused() {
    assumeSystemd();
    assumeFalse(box.kind() == RuntimeKind.CRUN, "crun takes them");
    for (String path : List.of("/a/b", "a:b", "a.slice:b:c:d")) {
      Result result = tryCreate(box.bundle().with("/linux/cgroupsPath", path));

      assertEquals(1, result.exit());
      String text =
          "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \""
              + path
              + "\" instead";
      assertTrue(result.stderr().replace("\\\"", "\"").contains(text), result.stderr());
      if (box.kind() == RuntimeKind.PROA) {
        assertTrue(result.stderr().contains("config.json:"), result.stderr());
        assertTrue(result.stderr().contains("linux.cgroupsPath"), result.stderr());
      }
    }
    box.assertNothingLeft();
  }

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

  // The end

  @Test
  void deleteStopsTheUnit() {
    Bundle bundle = scope();
    Container container = create(bundle).start();
    container.kill("KILL").await("stopped");

    systemd().delete(container.id()).exits(0);

    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  @Test
  void theStateRemembersTheDriver() {
    Bundle bundle = scope();
    Container container = create(bundle).start();
    OciRuntime without = box.runtime();

    assertEquals("running", without.stateOf(container.id()).path("status").asText());
    without.kill(container.id(), "KILL").succeeds();
    container.await("stopped");
    without.delete(container.id()).exits(0);

    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  @Test
  void deleteForceKillsAllOfIt() {
    Bundle bundle = scope().shell("sleep 1000 & sleep 1001; :");
    Container container = create(bundle).start();

    box.runtime().deleteForce(container.id()).succeeds();

    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  @Test
  void aUnitThatFailedIsForgotten() {
    Bundle bundle =
        scope()
            .shell("tail /dev/zero")
            .with("/linux/resources/memory/limit", 16_777_216)
            .with("/linux/resources/memory/swap", 16_777_216);
    Container container = create(bundle);
    container.start().await("stopped");

    systemd().delete(container.id()).exits(0);

    assertNoUnit(unit(bundle));
  }

  @Test
  void aFailedCreateLeavesNoUnit() {
    assumeSystemd();
    Bundle bundle = scope().args("/no/such/program");

    Result result = tryCreate(bundle);

    assertTrue(result.exit() != 0, result.toString());
    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  @Test
  void aUnitIsNotTakenFromAnotherContainer() {
    Bundle first = scope();
    Container container = create(first);
    Bundle second = box.bundle().sleeping();
    second.with("/linux/cgroupsPath", "system.slice:it:" + first.name());

    Result result = tryCreate(second);

    assertTrue(result.exit() != 0, result.toString());
    assertEquals("active", property(unit(first), "ActiveState"));
    assertEquals(Integer.toString(container.pid()), file(container, "cgroup.procs"));
    assertEquals("created", container.status());
  }

  @Test
  void aKilledCreateIsRemovedByDeleteForce() {
    assumeSystemd();
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun write the state at the end only");
    Bundle bundle = scope();
    Path mark = box.folder().resolve("mark");
    bundle.with(
        "/hooks/createRuntime",
        List.of(
            Map.of(
                "path", "/bin/sh", "args", List.of("sh", "-c", "touch " + mark + "; sleep 1000"))));
    OciRuntime runtime = systemd();
    Execution creation =
        runtime.beginCreate(
            box.owns(bundle.name(), runtime),
            CreateOptions.bundle(bundle.write()),
            Launcher.Stdin.NULL);
    Poll.until("the hook", () -> Files.exists(mark));
    assertEquals("active", property(unit(bundle), "ActiveState"));

    creation.destroy();
    creation.await();
    box.runtime().deleteForce(bundle.name()).succeeds();

    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  // A user's systemd

  private OciRuntime rootless() {
    Path home = HostFiles.folder(box.folder().resolve("user"));
    HostFiles.owner(home, USER, USER);
    return systemd()
        .with(box.runtime().globals().withSystemdCgroup().withRoot(home.resolve("root")))
        .through(
            "sh",
            "-c",
            "cd "
                + home
                + "; : > out; : > err; chown "
                + USER
                + " out err; setpriv --reuid "
                + USER
                + " --regid "
                + USER
                + " --init-groups \"$@\" > out 2> err < /dev/null; r=$?; cat out; cat err >&2;"
                + " exit $r",
            "sh")
        .withEnvironment("XDG_RUNTIME_DIR", "/run/user/" + USER)
        .withEnvironment("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/" + USER + "/bus");
  }

  @Test
  void aUsersScope() {
    assumeSystemd();
    assumeTrue(Files.exists(Path.of("/run/user/" + USER + "/systemd")), "no user session");
    Map<String, Integer> mapping = Map.of("containerID", 0, "hostID", USER, "size", 1);
    Bundle bundle =
        box.bundle()
            .sleeping()
            .namespace("user")
            .withoutNamespace("network")
            .with("/linux/uidMappings", List.of(mapping))
            .with("/linux/gidMappings", List.of(mapping))
            .withoutMount("/dev/pts")
            .withoutMount("/sys")
            .without("/linux/resources")
            .with("/linux/resources/memory/limit", 67_108_864)
            .with("/linux/resources/pids/limit", 55);
    bundle.with("/linux/cgroupsPath", ":it:" + bundle.name());
    OciRuntime runtime = rootless();
    Container container = box.create(bundle, CreateOptions.bundle(bundle.write()), runtime);

    assertEquals(
        "/user.slice/user-1000.slice/user@1000.service/user.slice/" + unit(bundle),
        cgroup(container));
    assertEquals("67108864", file(container, "memory.max"));
    assertEquals("55", file(container, "pids.max"));

    runtime.deleteForce(container.id()).exits(0);
    assertFalse(
        Files.exists(
            CGROUPS
                .resolve("user.slice/user-1000.slice/user@1000.service/user.slice")
                .resolve(unit(bundle))));
  }

  // Elsewhere

  @Test
  void withoutSystemdThereIsOneClearError() {
    assumeFalse(Files.isDirectory(Path.of("/run/systemd/system")), "systemd runs here");
    assumeFalse(box.kind() == RuntimeKind.CRUN, "crun has other words");

    Result result = tryCreate(scope());

    assertEquals(1, result.exit());
    String text = "systemd not running on this host, cannot use systemd cgroups manager";
    assertTrue(result.stderr().contains(text), result.stderr());
    box.assertNothingLeft();
  }
}
