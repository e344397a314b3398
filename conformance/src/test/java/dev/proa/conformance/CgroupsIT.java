package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** config-linux.md, "Control groups": values are read back from the container's own cgroup. */
class CgroupsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final boolean UNIFIED = Files.exists(CGROUPS.resolve("cgroup.controllers"));

  /** The container's folder in the hierarchy of a controller. */
  private static Path folder(Container container, String controller) {
    for (String line : container.proc("cgroup").lines().toList()) {
      String[] fields = line.split(":", 3);
      if (UNIFIED && fields[1].isEmpty()) {
        return CGROUPS.resolve(fields[2].substring(1));
      }
      if (List.of(fields[1].split(",")).contains(controller)) {
        return CGROUPS.resolve(controller).resolve(fields[2].substring(1));
      }
    }
    throw new AssertionError("no cgroup of " + controller + ": " + container.proc("cgroup"));
  }

  /** The value of a controller's file, named as in cgroup v1 and as in cgroup v2. */
  private static String value(Container container, String controller, String v1, String v2) {
    return HostFiles.read(folder(container, controller).resolve(UNIFIED ? v2 : v1)).strip();
  }

  private static void assumeFile(String controller, String v1) {
    assumeTrue(
        !UNIFIED && Files.exists(CGROUPS.resolve(controller).resolve(v1)),
        "this kernel's cgroups have no " + v1);
  }

  private Container with(String pointer, Object value) {
    return box.create(box.bundle().sleeping().with("/linux/resources/" + pointer, value));
  }

  // The path

  @Test
  void absolutePath() {
    Container container = box.create(box.bundle().sleeping());

    String expected = container.bundle().cgroupsPath();
    List<String> paths =
        container
            .proc("cgroup")
            .lines()
            .map(line -> line.split(":", 3)[2])
            // runc leaves hierarchies without controllers alone or not, by version.
            .filter(path -> path.startsWith("/proa-it-"))
            .distinct()
            .toList();
    assertEquals(List.of(expected), paths);
    assertTrue(Files.isDirectory(folder(container, "pids")));
  }

  @Test
  void deleteRemovesTheCgroups() {
    Container container = box.started(box.bundle().sleeping());
    Path pids = folder(container, "pids");
    assertTrue(Files.isDirectory(pids));

    container.kill("KILL").await("stopped");
    container.delete();

    assertFalse(Files.exists(pids));
    box.assertNothingLeft();
  }

  @Test
  void cgroupsMadeByTheContainerAreRemovedToo() {
    assumeTrue(!UNIFIED, "needs a writable cgroup mount of v1");
    Container container = box.started(box.bundle().sleeping());
    Path below = HostFiles.folder(folder(container, "pids").resolve("below/deep"));

    container.kill("KILL").await("stopped");
    container.delete();

    assertFalse(Files.exists(below));
    box.assertNothingLeft();
  }

  @Test
  void allProcessesAreInTheLeaf() {
    Container container = box.started(box.bundle().shell("sleep 1000 & echo up; sleep 1001; :"));
    Poll.until("the program", () -> container.stdout().equals("up\n"));

    Path procs = folder(container, "pids").resolve("cgroup.procs");

    Poll.until("three processes", () -> HostFiles.read(procs).lines().count() == 3);
  }

  // memory

  @Test
  void memoryLimit() {
    Container container = with("memory/limit", 67_108_864);
    assertEquals("67108864", value(container, "memory", "memory.limit_in_bytes", "memory.max"));
  }

  @Test
  void memoryReservation() {
    Container container = with("memory/reservation", 33_554_432);
    assertEquals(
        "33554432", value(container, "memory", "memory.soft_limit_in_bytes", "memory.low"));
  }

  @Test
  void memorySwap() {
    Container container = with("memory", Map.of("limit", 67_108_864, "swap", 134_217_728));
    assertEquals(
        UNIFIED ? "67108864" : "134217728",
        value(container, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max"));
  }

  @Test
  void memorySwapUnlimited() {
    Container container = with("memory", Map.of("limit", 67_108_864, "swap", -1));
    assertEquals(
        UNIFIED ? "max" : "9223372036854771712",
        value(container, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max"));
  }

  @Test
  void memorySwappiness() {
    assumeFile("memory", "memory.swappiness");
    Container container = with("memory/swappiness", 7);
    assertEquals("7", value(container, "memory", "memory.swappiness", ""));
  }

  @Test
  void disableOomKiller() {
    assumeFile("memory", "memory.oom_control");
    Container container = with("memory", Map.of("limit", 67_108_864, "disableOOMKiller", true));
    assertTrue(value(container, "memory", "memory.oom_control", "").contains("oom_kill_disable 1"));
  }

  @Test
  void memoryLimitIsReal() {
    Bundle bundle =
        box.bundle()
            .with("/linux/resources/memory", Map.of("limit", 20_971_520, "swap", 20_971_520))
            .shell("dd if=/dev/zero of=/dev/null bs=52428800 count=1 2>/dev/null; echo $?");

    assertEquals("137", box.run(bundle).exits(0).text());
  }

  // cpu

  @Test
  void cpuShares() {
    Container container = with("cpu/shares", 512);
    // The Debian peers have a linear conversion; newer ones, and Kubernetes, a quadratic one.
    String weight = box.kind() == RuntimeKind.PROA ? "59" : "20";
    assertEquals(UNIFIED ? weight : "512", value(container, "cpu", "cpu.shares", "cpu.weight"));
  }

  @Test
  void cpuQuotaAndPeriod() {
    Container container = with("cpu", Map.of("quota", 25_000, "period", 50_000));
    assertEquals(
        UNIFIED ? "25000 50000" : "25000", value(container, "cpu", "cpu.cfs_quota_us", "cpu.max"));
    if (!UNIFIED) {
      assertEquals("50000", value(container, "cpu", "cpu.cfs_period_us", ""));
    }
  }

  @Test
  void cpuQuotaUnlimited() {
    Container container = with("cpu", Map.of("quota", -1, "period", 50_000));
    assertEquals(
        UNIFIED ? "max 50000" : "-1", value(container, "cpu", "cpu.cfs_quota_us", "cpu.max"));
  }

  @Test
  void cpuBurst() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    Container container = with("cpu", Map.of("quota", 50_000, "period", 100_000, "burst", 20_000));
    assertEquals("20000", value(container, "cpu", "cpu.cfs_burst_us", "cpu.max.burst"));
  }

  @Test
  void cpuIdle() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    Container container = with("cpu/idle", 1);
    assertEquals("1", value(container, "cpu", "cpu.idle", "cpu.idle"));
  }

  // cpuset

  @Test
  void cpuset() {
    Container container = with("cpu", Map.of("cpus", "0", "mems", "0"));
    assertEquals("0", value(container, "cpuset", "cpuset.cpus", "cpuset.cpus"));
    assertEquals("0", value(container, "cpuset", "cpuset.mems", "cpuset.mems"));
    assertTrue(container.proc("status").contains("Cpus_allowed_list:\t0\n"));
  }

  @Test
  void cpusetIsInheritedByDefault() {
    Container container = box.create(box.bundle().sleeping());
    assertEquals(
        HostFiles.read(CGROUPS.resolve(UNIFIED ? "cpuset.cpus.effective" : "cpuset/cpuset.cpus"))
            .strip(),
        value(container, "cpuset", "cpuset.cpus", "cpuset.cpus.effective"));
  }

  @Test
  void cpusetOfACpuThatIsNotThere() {
    Bundle bundle = box.bundle().with("/linux/resources/cpu/cpus", "4000");

    box.tryCreate(bundle).exits(1);

    box.assertNothingLeft();
  }

  // pids

  @ParameterizedTest
  @CsvSource({"100,100", "-1,max"})
  void pidsLimit(long limit, String shown) {
    Container container = with("pids/limit", limit);
    assertEquals(shown, value(container, "pids", "pids.max", "pids.max"));
  }

  @Test
  void pidsLimitIsReal() {
    Bundle bundle =
        box.bundle()
            .with("/linux/resources/pids/limit", 8)
            .shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & done; echo all");

    Result result = box.run(bundle);

    assertTrue(result.stderr().contains("can't fork"), result::toString);
    assertFalse(result.stdout().contains("all"), result::toString);
  }

  // blkio

  @ParameterizedTest
  @CsvSource({
    "throttleReadBpsDevice,blkio.throttle.read_bps_device,rbps",
    "throttleWriteBpsDevice,blkio.throttle.write_bps_device,wbps",
    "throttleReadIOPSDevice,blkio.throttle.read_iops_device,riops",
    "throttleWriteIOPSDevice,blkio.throttle.write_iops_device,wiops"
  })
  void blockThrottle(String member, String v1, String v2) {
    // The first loop device: there on any machine with the driver, and nobody's disk.
    assumeTrue(Files.exists(Path.of("/sys/block/loop0")), "no loop device");
    Container container =
        with("blockIO/" + member, List.of(Map.of("major", 7, "minor", 0, "rate", 1_048_576)));

    String shown = value(container, "blkio", v1, "io.max");

    assertTrue(UNIFIED ? shown.contains(v2 + "=1048576") : shown.equals("7:0 1048576"), shown);
  }

  @Test
  void blockWeight() {
    assumeTrue(
        !UNIFIED
            && (Files.exists(CGROUPS.resolve("blkio/blkio.weight"))
                || Files.exists(CGROUPS.resolve("blkio/blkio.bfq.weight"))),
        "this kernel has no block weights at its root");
    Container container = with("blockIO/weight", 200);
    assertEquals("200", value(container, "blkio", "blkio.bfq.weight", "io.bfq.weight"));
  }

  // hugetlb, in hybrid layouts a controller of cgroup2

  @Test
  void hugepageLimit() {
    Path unified = UNIFIED ? CGROUPS : CGROUPS.resolve("unified");
    assumeTrue(
        Files.exists(unified.resolve("cgroup.controllers"))
            && HostFiles.read(unified.resolve("cgroup.controllers")).contains("hugetlb"),
        "hugetlb is no controller of cgroup2 here");
    assumeTrue(
        UNIFIED || box.kind() == RuntimeKind.PROA,
        "runc looks for hugetlb among the v1 controllers only");
    Container container =
        with("hugepageLimits", List.of(Map.of("pageSize", "2MB", "limit", 4_194_304)));

    String path =
        container
            .proc("cgroup")
            .lines()
            .filter(line -> line.startsWith("0::"))
            .findFirst()
            .orElseThrow()
            .substring(4);
    assertEquals(
        "4194304", HostFiles.read(unified.resolve(path).resolve("hugetlb.2MB.max")).strip());
  }

  // devices

  @Test
  void devicesList() {
    assumeFile("devices", "devices.allow");
    Container container =
        with(
            "devices/-",
            Map.of("allow", true, "type", "c", "major", 10, "minor", 229, "access", "rw"));

    List<String> rules =
        HostFiles.read(folder(container, "devices").resolve("devices.list")).lines().toList();

    assertTrue(rules.contains("c 10:229 rw"), rules::toString);
    assertTrue(
        rules.containsAll(
            List.of("c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 5:2 rwm", "c 136:* rwm")),
        rules::toString);
    assertFalse(rules.contains("a *:* rwm"), rules::toString);
  }

  // freezer

  @Test
  void theFreezerIsThawed() {
    assumeFile("freezer", "cgroup.procs");
    Container container = box.started(box.bundle().sleeping());
    assertEquals("THAWED", value(container, "freezer", "freezer.state", "cgroup.freeze"));
  }

  @Test
  void pausedIsAStatusOfItsOwn() {
    assumeTrue(UNIFIED || box.kind() != RuntimeKind.CRUN, "crun needs another view of cgroups");
    Container container = box.started(box.bundle().sleeping());
    Path freezer =
        folder(container, "freezer").resolve(UNIFIED ? "cgroup.freeze" : "freezer.state");

    HostFiles.write(freezer, UNIFIED ? "1" : "FROZEN");

    container.await("paused");
    // delete --force must end a frozen container too.
    box.runtime().deleteForce(container.id()).succeeds();
    box.assertNothingLeft();
  }

  // errors

  @Test
  void aValueTheKernelRefusesLeavesNothing() {
    Bundle bundle = box.bundle().with("/linux/resources/cpu", Map.of("quota", 5, "period", 50_000));

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(
        result.error().toLowerCase(Locale.ROOT).contains("invalid argument"), result::toString);
    box.assertNothingLeft();
  }

  @Test
  void withoutResources() {
    Container container = box.create(box.bundle().sleeping().without("/linux/resources"));
    assertEquals("created", container.status());
  }

  @Test
  void withoutACgroupsPath() {
    Bundle bundle = box.bundle().sleeping().without("/linux/cgroupsPath");
    Container container = box.create(bundle);

    // Below the caller's own cgroup, named after the container; this test's caller is the JVM.
    String path = folder(container, "pids").toString();
    assertTrue(path.endsWith("/" + bundle.name()), path);
  }
}
