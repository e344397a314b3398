package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code update}: what is given changes, what is not stays, what is refused changes nothing. */
class UpdateIT {
  private static final int MB = 1 << 20;

  @RegisterExtension final Sandbox box = new Sandbox();

  private Container container() {
    return box.started(
        box.bundle()
            .sleeping()
            .with("/linux/resources/memory/limit", 64 * MB)
            .with("/linux/resources/memory/swap", 96 * MB)
            .with("/linux/resources/cpu/shares", 512)
            .with("/linux/resources/cpu/quota", 40_000)
            .with("/linux/resources/cpu/period", 100_000)
            .with("/linux/resources/pids/limit", 50));
  }

  private void update(Container container, String... options) {
    box.runtime().update(container.id(), options).succeeds();
  }

  private String refused(Container container, String... options) {
    return box.runtime().update(container.id(), options).exits(1).error();
  }

  private static String memory(Container container) {
    return container.limit("memory", "memory.limit_in_bytes", "memory.max");
  }

  private static void assumeV1(String what) {
    assumeTrue(!Container.isUnified(), what + " is read as of cgroups v1");
  }

  private static String v1(Container container, String controller, String file) {
    return HostFiles.read(container.cgroup(controller).resolve(file)).strip();
  }

  private void assumeNotCrun() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun differs");
  }

  @ParameterizedTest
  @CsvSource({
    "33554432, 33554432",
    "32M, 33554432",
    "32m, 33554432",
    "32MB, 33554432",
    "32MiB, 33554432",
    "'32 mb', 33554432",
    "32768k, 33554432",
    "0.03125g, 33554432",
    "33554432b, 33554432"
  })
  void memoryWithUnits(String given, String expected) {
    assumeNotCrun();
    Container container = container();

    update(container, "--memory", given);

    assertEquals(expected, memory(container));
  }

  @ParameterizedTest
  @CsvSource({"abc", "100X", "-5", "1..5M", "M", "12MiBB"})
  void noSizes(String given) {
    assumeNotCrun();
    Container container = container();

    assertEquals(
        "invalid value for memory: invalid size: '" + given + "'",
        refused(container, "--memory=" + given));
  }

  @Test
  void onlyWhatIsGivenChanges() {
    Container container = container();

    update(container, "--pids-limit", "33");

    assertEquals("33", container.limit("pids", "pids.max", "pids.max"));
    assertEquals(Integer.toString(64 * MB), memory(container));
    update(container, "--memory", "80M");
    assertEquals("33", container.limit("pids", "pids.max", "pids.max"));
    assertEquals(Integer.toString(80 * MB), memory(container));
    update(container);
    assertEquals(Integer.toString(80 * MB), memory(container));
  }

  @Test
  void memoryAndSwapUpAndDown() {
    assumeV1("swap");
    Container container = container();

    update(container, "--memory", "200M", "--memory-swap", "300M");
    assertEquals(Integer.toString(200 * MB), memory(container));
    assertEquals(
        Integer.toString(300 * MB), v1(container, "memory", "memory.memsw.limit_in_bytes"));
    update(container, "--memory", "32M", "--memory-swap", "40M");
    assertEquals(Integer.toString(32 * MB), memory(container));
    assertEquals(Integer.toString(40 * MB), v1(container, "memory", "memory.memsw.limit_in_bytes"));
    update(container, "--memory-swap", "-1");
    assertEquals("9223372036854771712", v1(container, "memory", "memory.memsw.limit_in_bytes"));
    update(container, "--memory", "-1");
    assertEquals("9223372036854771712", memory(container));
  }

  @Test
  void memoryWithoutALimitTakesSwapAlong() {
    assumeV1("swap");
    Container container = container();

    update(container, "--memory", "-1");

    assertEquals("9223372036854771712", memory(container));
    assertEquals("9223372036854771712", v1(container, "memory", "memory.memsw.limit_in_bytes"));
  }

  @Test
  void memoryReservation() {
    Container container = container();

    update(container, "--memory-reservation", "16M");

    assertEquals(
        Integer.toString(16 * MB),
        container.limit("memory", "memory.soft_limit_in_bytes", "memory.low"));
  }

  @Test
  void memoryBelowItsUse() {
    assumeNotCrun();
    assumeV1("the text");
    Container container =
        box.started(
            box.bundle()
                .shell("head -c 20000000 /dev/zero | (sleep 1; tail; sleep 1000)")
                .with("/linux/resources/memory/limit", 128 * MB));
    Poll.until(
        "memory in use",
        () -> Long.parseLong(v1(container, "memory", "memory.usage_in_bytes")) > 100_000);

    String error = refused(container, "--memory", "4096");

    assertTrue(
        error.contains("unable to set memory limit to 4096 (current usage: "), "not: " + error);
    assertEquals(Integer.toString(128 * MB), memory(container));
  }

  @Test
  void cpuQuotaAndPeriodOneByOne() {
    assumeV1("the two files");
    Container container = container();

    update(container, "--cpu-period", "200000");
    assertEquals("40000", v1(container, "cpu", "cpu.cfs_quota_us"));
    assertEquals("200000", v1(container, "cpu", "cpu.cfs_period_us"));
    update(container, "--cpu-quota", "60000");
    assertEquals("60000", v1(container, "cpu", "cpu.cfs_quota_us"));
    assertEquals("200000", v1(container, "cpu", "cpu.cfs_period_us"));
    update(container, "--cpu-quota", "30000", "--cpu-period", "50000");
    assertEquals("30000", v1(container, "cpu", "cpu.cfs_quota_us"));
    assertEquals("50000", v1(container, "cpu", "cpu.cfs_period_us"));
    update(container, "--cpu-quota", "-1");
    assertEquals("-1", v1(container, "cpu", "cpu.cfs_quota_us"));
    assertEquals("50000", v1(container, "cpu", "cpu.cfs_period_us"));
  }

  @Test
  void cpuQuotaAndPeriodOneByOneInV2() {
    assumeTrue(Container.isUnified(), "cpu.max is of cgroups v2");
    Container container = container();

    update(container, "--cpu-period", "200000");
    assertEquals("40000 200000", container.limit("cpu", "", "cpu.max"));
    update(container, "--cpu-quota", "60000");
    assertEquals("60000 200000", container.limit("cpu", "", "cpu.max"));
    update(container, "--cpu-quota", "-1");
    assertEquals("max 200000", container.limit("cpu", "", "cpu.max"));
  }

  @Test
  void cpuShares() {
    assumeV1("shares");
    Container container = container();

    update(container, "--cpu-share", "2048");

    assertEquals("2048", v1(container, "cpu", "cpu.shares"));
  }

  @Test
  void cpuIdleAndBurst() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc 1.2 and later");
    assumeV1("the files");
    Container container = container();

    update(container, "--cpu-burst", "10000");
    update(container, "--cpu-idle", "1");

    assertEquals("10000", v1(container, "cpu", "cpu.cfs_burst_us"));
    assertEquals("1", v1(container, "cpu", "cpu.idle"));
    assertEquals("40000", v1(container, "cpu", "cpu.cfs_quota_us"));
    update(container, "--cpu-idle", "0");
    assertEquals("0", v1(container, "cpu", "cpu.idle"));
  }

  @Test
  void cpuset() {
    Container container = container();

    update(container, "--cpuset-cpus", "0", "--cpuset-mems", "0");

    assertEquals("0", container.limit("cpuset", "cpuset.cpus", "cpuset.cpus"));
    assertEquals("0", container.limit("cpuset", "cpuset.mems", "cpuset.mems"));
  }

  @Test
  void pidsLimit() {
    Container container = container();

    update(container, "--pids-limit", "-1");

    assertEquals("max", container.limit("pids", "pids.max", "pids.max"));
  }

  @Test
  void blkioWeight() {
    assumeV1("the file");
    assumeNotCrun();
    Container container = container();
    assumeTrue(
        Files.exists(container.cgroup("blkio").resolve("blkio.bfq.weight")), "no blkio.bfq.weight");

    update(container, "--blkio-weight", "321");

    assertTrue(
        v1(container, "blkio", "blkio.bfq.weight").contains("321"),
        () -> v1(container, "blkio", "blkio.bfq.weight"));
  }

  @Test
  void resourcesFromAFile() {
    Container container = container();
    Path file =
        HostFiles.write(
            box.folder().resolve("resources.json"),
            "{\"memory\": {\"limit\": 41943040}, \"pids\": {\"limit\": 17}}");

    update(container, "-r", file.toString());

    assertEquals("41943040", memory(container));
    assertEquals("17", container.limit("pids", "pids.max", "pids.max"));
    assertEquals("40000", container.limit("cpu", "cpu.cfs_quota_us", "cpu.max").split(" ")[0]);
  }

  @Test
  void resourcesFromStdin() {
    Container container = container();

    box.runtime().updateFrom(container.id(), "{\"memory\": {\"limit\": 41943040}}").succeeds();

    assertEquals("41943040", memory(container));
  }

  @Test
  void theDocumentOfRuncsHelp() {
    Container container = container();

    box.runtime()
        .updateFrom(
            container.id(),
            """
            {"memory": {"limit": 0, "reservation": 0, "swap": 0},
             "cpu": {"shares": 0, "quota": 0, "period": 0, "realtimeRuntime": 0,
                     "realtimePeriod": 0, "cpus": "", "mems": ""},
             "blockIO": {"weight": 0}}
            """)
        .succeeds();

    assertEquals(Integer.toString(64 * MB), memory(container));
    assertEquals("40000", container.limit("cpu", "cpu.cfs_quota_us", "cpu.max").split(" ")[0]);
  }

  @Test
  void aFileWins() {
    assumeNotCrun();
    Container container = container();

    Result result =
        box.runtime().raw("update", "--pids-limit", "5", "-r", "/nonexistent", container.id());

    assertEquals("open /nonexistent: no such file or directory", result.exits(1).error());
    assertEquals("50", container.limit("pids", "pids.max", "pids.max"));
  }

  @ParameterizedTest
  @CsvSource({"{", "'{\"memory\": {\"limit\": \"x\"}}'", "[]"})
  void wrongDocuments(String document) {
    Container container = container();

    Result result = box.runtime().updateFrom(container.id(), document);

    assertTrue(result.exit() != 0, result::toString);
    assertEquals(Integer.toString(64 * MB), memory(container));
  }

  @ParameterizedTest
  @CsvSource({
    "cpu-period, abc, 'strconv.ParseUint: parsing \"abc\": invalid syntax'",
    "cpu-period, -1, 'strconv.ParseUint: parsing \"-1\": invalid syntax'",
    "cpu-quota, x1, 'strconv.ParseInt: parsing \"x1\": invalid syntax'",
    "cpu-rt-period, 1s, 'strconv.ParseUint: parsing \"1s\": invalid syntax'",
    "cpu-share, 99999999999999999999, "
        + "'strconv.ParseUint: parsing \"99999999999999999999\": value out of range'"
  })
  void noNumbers(String flag, String given, String text) {
    assumeNotCrun();
    Container container = container();

    assertEquals(
        "invalid value for " + flag + ": " + text, refused(container, "--" + flag + "=" + given));
  }

  @ParameterizedTest
  @CsvSource({"blkio-weight", "pids-limit"})
  void noIntegers(String flag) {
    assumeNotCrun();
    assertEquals(
        "invalid value \"abc\" for flag -" + flag + ": parse error",
        box.runtime().raw("update", "--" + flag, "abc", "x").exits(1).error());
  }

  @ParameterizedTest
  @CsvSource({"memory", "r", "cpu-share", "pids-limit"})
  void missingValue(String flag) {
    assumeNotCrun();
    assertEquals(
        "flag needs an argument: -" + flag,
        box.runtime().raw("update", "-" + flag).exits(1).error());
  }

  @Test
  void kernelMemoryIsIgnored() {
    assumeNotCrun();
    Container container = container();

    for (String flag : new String[] {"--kernel-memory", "--kernel-memory-tcp"}) {
      Result result = box.runtime().update(container.id(), flag, "10M").exits(0);
      assertTrue(
          result.stderr().contains("Kernel memory settings are ignored and will be removed"),
          result::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--l3-cache-schema, Intel RDT/CAT: l3 cache schema is not enabled",
    "--mem-bw-schema, Intel RDT/MBA: memory bandwidth schema is not enabled"
  })
  void intelRdt(String flag, String text) {
    assumeNotCrun();
    assumeTrue(!Files.exists(Path.of("/sys/fs/resctrl/schemata")), "has resctrl");
    assertEquals(text, refused(container(), flag, "L3:0=f"));
  }

  @Test
  void refusedValuesPutTheOthersBack() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc only where config.json had a value");
    assumeV1("the processors");
    Container container = container();

    // In the order of the writes: cpuset is refused after or before the rest; nothing stays.
    refused(container, "--pids-limit", "7", "--cpu-share", "99", "--cpuset-cpus", "4096");
    refused(container, "--memory", "48M", "--cpu-quota", "1");

    assertEquals("50", container.limit("pids", "pids.max", "pids.max"));
    assertEquals("512", v1(container, "cpu", "cpu.shares"));
    assertEquals(Integer.toString(64 * MB), memory(container));
    assertEquals("40000", v1(container, "cpu", "cpu.cfs_quota_us"));
  }

  @Test
  void unifiedOnV1() {
    assumeV1("the text");
    assumeNotCrun();
    Container container = container();

    String error =
        box.runtime()
            .updateFrom(container.id(), "{\"unified\": {\"memory.max\": \"1\"}}")
            .exits(1)
            .error();

    assertTrue(
        error.endsWith("invalid configuration: cannot use unified on cgroup v1"), "not: " + error);
  }

  @Test
  void aStoppedContainer() {
    assumeNotCrun();
    Container container = box.started(box.bundle().args("true")).await("stopped");

    assertEquals("container not running", refused(container, "--pids-limit", "5"));
  }

  @Test
  void createdAndPausedContainers() {
    Container container =
        box.create(box.bundle().sleeping().with("/linux/resources/pids/limit", 50));
    update(container, "--pids-limit", "41");
    assertEquals("41", container.limit("pids", "pids.max", "pids.max"));
    container.start();
    box.runtime().pause(container.id()).succeeds();
    update(container, "--pids-limit", "42");

    assertEquals("42", container.limit("pids", "pids.max", "pids.max"));
    assertEquals("paused", container.status());
  }
}
