package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** config-linux.md, "Namespaces" and "Offset for Time Namespace". */
class NamespacesIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static String of(String process, String namespace) {
    return HostFiles.target("/proc/" + process + "/ns/" + namespace);
  }

  private static String of(Container container, String namespace) {
    return of(Integer.toString(container.pid()), namespace);
  }

  private void assumeTime(String type) {
    assumeTrue(
        !type.equals("time") || box.kind() == RuntimeKind.PROA,
        "time namespaces are newer than the Debian peers");
  }

  /** What a container needs so that it can do without one of its usual namespaces. */
  private Bundle adapted(String type) {
    Bundle bundle = box.bundle().sleeping();
    return switch (type) {
      case "uts" -> bundle.without("/hostname");
      case "network" -> bundle.withoutMount("/sys");
      case "ipc" -> bundle.withoutMount("/dev/mqueue");
      default -> bundle;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "pid,pid",
    "network,net",
    "mount,mnt",
    "ipc,ipc",
    "uts,uts",
    "cgroup,cgroup",
    "time,time"
  })
  void newOne(String type, String file) {
    assumeTime(type);
    Container container = box.started(box.bundle().sleeping().namespace(type));

    assertNotEquals(of("self", file), of(container, file));
  }

  @ParameterizedTest
  @CsvSource({"pid,pid", "network,net", "ipc,ipc", "uts,uts", "cgroup,cgroup"})
  void withoutItTheRuntimesIsShared(String type, String file) {
    Container container = box.started(adapted(type).withoutNamespace(type));

    assertEquals(of("self", file), of(container, file));
  }

  @ParameterizedTest
  @CsvSource({"pid,pid", "network,net", "ipc,ipc", "uts,uts", "cgroup,cgroup", "time,time"})
  void joinedByPath(String type, String file) {
    assumeTime(type);
    assumeTrue(
        !type.equals("cgroup") || box.kind() != RuntimeKind.CRUN,
        "crun 1.8.1 leaves a joined cgroup namespace again");
    Container first = box.started(box.bundle().sleeping().namespace(type));
    Bundle bundle = adapted(type).namespace(type, "/proc/" + first.pid() + "/ns/" + file);

    Container second = box.started(bundle);

    assertEquals(of(first, file), of(second, file));
    assertNotEquals(of("self", file), of(second, file));
  }

  @Test
  void joinedMountNamespace() {
    Container first = box.started(box.bundle().sleeping());
    Bundle bundle =
        box.bundle()
            .sleeping()
            .namespace("mount", "/proc/" + first.pid() + "/ns/mnt")
            .with("/linux/maskedPaths", List.of())
            .with("/linux/readonlyPaths", List.of())
            .with("/mounts", List.of())
            .with("/root/readonly", false);
    Result result = box.tryCreate(bundle);

    // Its rootfs is a path of the joined namespace: where that has none, an error and no trace.
    if (result.exit() != 0) {
      assertTrue(result.error().contains("no such file or directory"), result::toString);
      box.runtime().deleteForce(first.id()).succeeds();
      box.assertNothingLeft();
    }
  }

  @Test
  void joinedNetworkIsTheSame() {
    Container first =
        box.started(
            box.bundle().sleeping().with("/linux/sysctl", Map.of("net.ipv4.ip_forward", "1")));
    Bundle bundle =
        box.bundle()
            .namespace("network", "/proc/" + first.pid() + "/ns/net")
            .args("cat", "/proc/sys/net/ipv4/ip_forward");

    assertEquals("1", box.output(bundle));
  }

  @Test
  void joinedPidNamespaceShowsTheOthersProcesses() {
    Container first = box.started(box.bundle().args("sleep", "4242"));
    Bundle bundle =
        box.bundle().namespace("pid", "/proc/" + first.pid() + "/ns/pid").args("ps", "-o", "args");

    assertTrue(box.lines(bundle).contains("sleep 4242"));
  }

  @Test
  void theOthersSurviveTheSecondsEnd() {
    Container first = box.started(box.bundle().sleeping());
    Bundle bundle = box.bundle().namespace("pid", "/proc/" + first.pid() + "/ns/pid").args("true");

    box.run(bundle).succeeds();

    assertEquals("running", first.status());
  }

  @Test
  void loopbackIsUp() {
    // ifconfig's flags of lo: up, loopback, running.
    String lo = box.output(box.bundle().shell("ip addr show lo"));

    assertTrue(lo.contains("LOOPBACK,UP"), lo);
    assertTrue(lo.contains("127.0.0.1/8"), lo);
  }

  @Test
  void onlyLoopbackInANewNetwork() {
    assertEquals(
        "1", box.output(box.bundle().shell("ls /sys/class/net | grep -cv -e tunl -e sit -e ip6")));
  }

  @Test
  void aPathThatIsNoNamespace() {
    Result result = box.tryCreate(box.bundle().namespace("network", "/etc/passwd")).exits(1);

    assertEquals("", result.stdout());
    box.assertNothingLeft();
  }

  @Test
  void aPathOfAnotherType() {
    Result result = box.tryCreate(box.bundle().namespace("uts", "/proc/self/ns/net")).exits(1);

    assertEquals("", result.stdout());
    box.assertNothingLeft();
  }

  @Test
  void ipcIsApart() {
    Bundle bundle = box.bundle().shell("cat /proc/sysvipc/shm | wc -l; ls /dev/mqueue | wc -l");

    assertEquals(List.of("1", "0"), box.lines(bundle));
  }

  @Test
  void cgroupNamespaceHidesThePath() {
    Bundle bundle =
        box.bundle().namespace("cgroup").shell("grep -v ':/$' /proc/self/cgroup | wc -l");

    assertEquals("0", box.output(bundle));
  }

  @Test
  void utsOfTheHostKeepsItsName() {
    String before = box.host("hostname");
    Container container =
        box.started(box.bundle().without("/hostname").withoutNamespace("uts").sleeping());

    assertEquals("running", container.status());
    assertEquals(before, box.host("hostname"));
  }

  @Test
  void timeOffsets() {
    assumeTime("time");
    Bundle bundle =
        box.bundle()
            .namespace("time")
            .with(
                "/linux/timeOffsets",
                Map.of(
                    "monotonic", Map.of("secs", 1000, "nanosecs", 0),
                    "boottime", Map.of("secs", 1_000_000, "nanosecs", 5)))
            .shell("cat /proc/self/timens_offsets | tr -s ' ' ; cut -d. -f1 /proc/uptime");

    List<String> lines = box.lines(bundle);

    assertEquals(List.of("monotonic 1000 0", "boottime 1000000 5"), lines.subList(0, 2));
    assertTrue(Long.parseLong(lines.get(2)) >= 1_000_000);
  }

  @Test
  void initsDeathEndsItsNamespace() {
    Container container = box.started(box.bundle().shell("sleep 1000 & echo up; sleep 1000; :"));
    Poll.until("the program", () -> container.stdout().equals("up\n"));

    container.kill("KILL").await("stopped");
    container.delete();

    box.assertNothingLeft();
  }
}
