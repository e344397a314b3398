package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.Cgroup2;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** config-linux.md, "Control groups", on cgroup v2 with all its controllers: limits that limit. */
@EnabledIf(
    value = "dev.proa.conformance.host.Cgroup2#isComplete",
    disabledReason = "this machine does not have cgroup v2 with all controllers")
class CgroupV2IT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static final String FILL = "dd if=/dev/zero of=/dev/null count=1 2>/dev/null bs=";

  private Bundle limited(String pointer, Object value) {
    return box.bundle().with("/linux/resources/" + pointer, value);
  }

  private Bundle unified(String file, String value) {
    return limited("unified", Map.of(file, value));
  }

  private static Cgroup2 cgroup(Container container) {
    return Cgroup2.of(container.pid());
  }

  /** The cgroup of a container whose program has said {@code up}. */
  private Container up(Bundle bundle) {
    Container container = box.started(bundle);
    Poll.until("the program", () -> container.stdout().contains("up\n"));
    return container;
  }

  // The cgroup

  @Test
  void allControllersAreGivenToTheContainer() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun gives those that it knows");
    Container container = box.create(box.bundle().sleeping());

    assertEquals(
        HostFiles.read("/sys/fs/cgroup/cgroup.controllers").strip(),
        cgroup(container).read("cgroup.controllers"));
    assertEquals("domain", cgroup(container).read("cgroup.type"));
  }

  @Test
  void useIsAccounted() {
    Container container =
        up(
            box.bundle()
                .writable()
                .shell(
                    "dd if=/dev/zero of=/tmp/f bs=64k count=16 conv=fsync 2>/dev/null;"
                        + " i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done;"
                        + " sleep 1000 & sleep 1001 & echo up; wait"));
    Cgroup2 cgroup = cgroup(container);

    assertEquals("3", cgroup.read("pids.current"));
    assertTrue(Long.parseLong(cgroup.read("memory.current")) > 0);
    assertTrue(cgroup.read("cpu.stat", "user_usec") > 0);
    assertTrue(cgroup.read("io.stat").matches("(?s).*wbytes=1[0-9]{6}.*"), cgroup.read("io.stat"));
    assertEquals(1, cgroup.read("cgroup.events", "populated"));
  }

  @Test
  void aCgroupWithProcessesIsRefused() {
    Container first = box.started(box.bundle().sleeping());
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc refuses it from 1.2 on, crun never");
    Bundle second =
        box.bundle().sleeping().with("/linux/cgroupsPath", first.bundle().cgroupsPath());

    Result result = box.tryCreate(second).exits(1);

    assertTrue(result.error().contains("not empty"), result::toString);
    assertEquals("running", first.status());
  }

  // memory

  @Test
  void anOutOfMemoryKillStaysInside() {
    Bundle bundle =
        limited("memory", Map.of("limit", 20_971_520, "swap", 20_971_520))
            .shell(FILL + "52428800; echo $?; echo up; sleep 1000");
    Container neighbour = box.started(box.bundle().sleeping());

    Container container = up(bundle);

    // The container's first process lives on, and so does everything outside.
    assertEquals("137\nup\n", container.stdout());
    assertEquals(1, cgroup(container).read("memory.events", "oom_kill"));
    assertEquals("running", container.status());
    assertEquals("running", neighbour.status());
    assertEquals(0, cgroup(neighbour).read("memory.events", "oom_kill"));
  }

  /** Before it could execute anything; with swap it would get through. */
  @Test
  void anOutOfMemoryKillBeforeTheProgram() {
    Bundle bundle = limited("memory", Map.of("limit", 65_536, "swap", 65_536)).args("true");

    Result result = box.run(bundle);

    assertTrue(result.exit() != 0, result::toString);
    if (box.kind() == RuntimeKind.PROA) {
      assertEquals(
          List.of(
              "hint: the kernel killed it for want of memory: linux.resources.memory.limit is"
                  + " 65536 bytes",
              "hint: raise linux.resources.memory.limit"),
          result.stderr().lines().filter(line -> line.startsWith("hint: ")).toList(),
          result::toString);
      box.assertNothingLeft();
    }
  }

  @Test
  void anOutOfMemoryKillOfTheWholeGroup() {
    Bundle bundle =
        limited("memory", Map.of("limit", 20_971_520, "swap", 20_971_520))
            .with("/linux/resources/unified", Map.of("memory.oom.group", "1"))
            .shell(FILL + "52428800; echo $?; sleep 1000");
    Container container = box.started(bundle).await("stopped");

    assertEquals("", container.stdout());
    assertEquals(1, Cgroup2.at(bundle.cgroupsPath()).read("memory.events", "oom_group_kill"));
  }

  @Test
  void swapIsLimitedByItself() {
    assumeTrue(
        HostFiles.read("/proc/swaps").lines().count() > 1, "this machine has no swap to use");
    Bundle bundle =
        limited("memory", Map.of("limit", 20_971_520, "swap", 73_400_320))
            .shell(FILL + "41943040; echo $?; echo up; sleep 1000");

    Container container = up(bundle);

    assertEquals("52428800", cgroup(container).read("memory.swap.max"));
    assertEquals("0\nup\n", container.stdout());
    assertEquals(0, cgroup(container).read("memory.events", "oom_kill"));
  }

  @ParameterizedTest
  @CsvSource({"memory.high", "memory.low", "memory.min", "memory.swap.high"})
  void memoryOfTheUnifiedSection(String file) {
    Container container = box.create(unified(file, "33554432").sleeping());
    assertEquals("33554432", cgroup(container).read(file));
  }

  @Test
  void memoryHighReclaims() {
    Bundle bundle =
        unified("memory.high", "16777216").shell(FILL + "25165824; echo up; sleep 1000");

    Container container = up(bundle);

    assertTrue(cgroup(container).read("memory.events", "high") > 0);
    assertEquals(0, cgroup(container).read("memory.events", "oom_kill"));
  }

  @Test
  void limitAndReservationAreUnlimited() {
    Container container =
        box.create(limited("memory", Map.of("limit", -1, "reservation", -1)).sleeping());

    assertEquals("max", cgroup(container).read("memory.max"));
    assertEquals("max", cgroup(container).read("memory.low"));
    assertEquals("max", cgroup(container).read("memory.swap.max"));
  }

  @Test
  void checkBeforeUpdateLetsANewContainerPass() {
    Container container =
        box.create(
            limited("memory", Map.of("limit", 67_108_864, "checkBeforeUpdate", true)).sleeping());
    assertEquals("67108864", cgroup(container).read("memory.max"));
  }

  @Test
  void swapBelowTheLimitIsRefused() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun leaves the cgroup");
    Result result =
        box.tryCreate(limited("memory", Map.of("limit", 67_108_864, "swap", 1_048_576))).exits(1);

    assertTrue(result.error().contains("memory"), result::toString);
    box.assertNothingLeft();
  }

  // cpu

  @ParameterizedTest
  @CsvSource({"2,1,1", "1024,100,39", "262144,10000,10000"})
  void sharesBecomeAWeight(long shares, String weight, String linear) {
    Container container = box.create(limited("cpu/shares", shares).sleeping());

    assertEquals(
        box.kind() == RuntimeKind.PROA ? weight : linear, cgroup(container).read("cpu.weight"));
  }

  @Test
  void aQuotaThrottles() {
    Container container =
        box.started(
            limited("cpu", Map.of("quota", 20_000, "period", 100_000))
                .shell("while :; do :; done"));

    cgroup(container).await("cpu.stat", "nr_throttled", 3);
  }

  @Test
  void cpusAndMemsAreTheOnlyOnes() {
    Bundle bundle = limited("cpu", Map.of("cpus", "1", "mems", "0"));
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two processors");
    Container container = up(bundle.shell("nproc; echo up; sleep 1000"));

    assertEquals("1\nup\n", container.stdout());
    assertEquals("1", cgroup(container).read("cpuset.cpus.effective"));
    assertEquals("0", cgroup(container).read("cpuset.mems.effective"));
  }

  // io

  @Test
  void aRateOfWritesIsKept() {
    String device =
        HostFiles.read("/proc/self/mountinfo")
            .lines()
            .filter(line -> line.contains(" / / "))
            .map(line -> line.split(" ")[2])
            .findFirst()
            .orElseThrow();
    String[] numbers = device.split(":");
    assumeTrue(
        Files.exists(Path.of("/sys/dev/block/" + device + "/queue")), "/ is on no disk of its own");
    Bundle bundle =
        limited(
                "blockIO/throttleWriteBpsDevice",
                List.of(
                    Map.of(
                        "major",
                        Integer.valueOf(numbers[0]),
                        "minor",
                        Integer.valueOf(numbers[1]),
                        "rate",
                        524_288)))
            .writable()
            .shell(
                "cut -d. -f1 /proc/uptime;"
                    + " dd if=/dev/zero of=/tmp/f bs=65536 count=32 oflag=direct 2>/dev/null;"
                    + " cut -d. -f1 /proc/uptime");

    List<String> seconds = box.lines(bundle);

    // 2 MiB at 512 KiB a second.
    long taken = Long.parseLong(seconds.get(1)) - Long.parseLong(seconds.get(0));
    assertTrue(taken >= 3, seconds::toString);
  }

  @Test
  void blockWeight() {
    Container container = box.create(limited("blockIO/weight", 200).sleeping());
    Cgroup2 cgroup = cgroup(container);
    assumeTrue(Files.exists(cgroup.folder().resolve("io.bfq.weight")), "no BFQ scheduler");

    assertEquals("default 200", cgroup.read("io.bfq.weight"));
  }

  @Test
  void ioOfTheUnifiedSection() {
    Container container = box.create(unified("io.weight", "default 50").sleeping());

    assertEquals("default 50", cgroup(container).read("io.weight"));
  }

  // hugetlb

  @Test
  void hugePagesAreLimited() {
    Path pages = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
    assumeTrue(Files.exists(pages), "no huge pages of 2 MB");
    String before = HostFiles.read(pages);
    HostFiles.write(pages, "8");
    try {
      Bundle bundle =
          limited("hugepageLimits", List.of(Map.of("pageSize", "2MB", "limit", 4_194_304)))
              .mount("/mnt", "hugetlbfs", "hugetlbfs", "pagesize=2M")
              .shell(
                  "busybox fallocate -l 4194304 /mnt/f && echo two;"
                      + " busybox fallocate -l 6291456 /mnt/f 2>/dev/null || echo not three;"
                      + " echo up; sleep 1000");
      Container container = up(bundle);

      assertEquals("two\nnot three\nup\n", container.stdout());
      assertEquals("4194304", cgroup(container).read("hugetlb.2MB.current"));
      assertEquals("4194304", cgroup(container).read("hugetlb.2MB.max"));
      container.kill("KILL").await("stopped");
    } finally {
      HostFiles.write(pages, before);
    }
  }

  @Test
  void reservedHugePagesAreLimitedToo() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    Container container =
        box.create(
            limited("hugepageLimits", List.of(Map.of("pageSize", "2MB", "limit", 4_194_304)))
                .sleeping());
    assertEquals("4194304", cgroup(container).read("hugetlb.2MB.rsvd.max"));
  }

  // rdma, misc and files that are not there

  @Test
  void rdmaOfADeviceThatIsNotThere() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun knows no rdma");
    Result result =
        box.tryCreate(limited("rdma", Map.of("mlx5_1", Map.of("hcaHandles", 3)))).exits(1);

    assertTrue(result.error().contains("rdma"), result::toString);
    assertTrue(result.error().contains("no such device"), result::toString);
    box.assertNothingLeft();
  }

  @Test
  void miscOfAResourceThatIsNotThere() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun gives no misc");
    Result result = box.tryCreate(unified("misc.max", "sev 1")).exits(1);

    assertTrue(result.error().contains("misc.max"), result::toString);
    box.assertNothingLeft();
  }

  @ParameterizedTest
  @CsvSource({"pids.max,50", "cpu.max,10000 50000", "cpuset.cpus,0", "hugetlb.2MB.max,2097152"})
  void anyControllerOfTheUnifiedSection(String file, String value) {
    Container container = box.create(unified(file, value).sleeping());
    assertEquals(value, cgroup(container).read(file));
  }

  @ParameterizedTest
  @CsvSource({"memory.none,1", "nosuch.file,1", "cgroup.none,1", "../memory.max,1"})
  void aUnifiedFileThatIsNotThere(String file, String value) {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun leaves the cgroup, and takes any path");
    Result result = box.tryCreate(limited("unified", Map.of(file, value))).exits(1);

    assertTrue(result.error().contains(file), result::toString);
    box.assertNothingLeft();
  }

  // freezing and killing

  @Test
  void aFrozenContainerCanBeKilled() {
    Container container = box.started(box.bundle().sleeping());
    cgroup(container).write("cgroup.freeze", "1");
    cgroup(container).await("cgroup.events", "frozen", 1);
    assertEquals("paused", container.status());

    // Frozen processes of cgroup v2 die of SIGKILL, unlike those of v1.
    container.kill("KILL").await("stopped");
    container.delete();
  }

  @Test
  void deleteEndsAllProcessesOfTheCgroup() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "Debian's runc does not wait for all of them");
    Bundle bundle =
        box.bundle()
            .withoutNamespace("pid")
            .shell("for i in 1 2 3 4 5; do setsid sleep 1000 & done; echo up; wait");
    Container container = up(bundle);
    Cgroup2 cgroup = cgroup(container);
    assertEquals(6, cgroup.read("cgroup.procs").lines().count());

    box.runtime().deleteForce(container.id()).succeeds();

    assertFalse(cgroup.exists());
    box.assertNothingLeft();
  }

  @Test
  void cgroupsMadeByTheContainerAreRemovedToo() {
    Container container = box.started(box.bundle().sleeping());
    Cgroup2 cgroup = cgroup(container);
    HostFiles.folder(cgroup.folder().resolve("below/deep"));

    container.kill("KILL").await("stopped");
    container.delete();

    assertFalse(cgroup.exists());
  }
}
