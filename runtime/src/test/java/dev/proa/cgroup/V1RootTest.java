package dev.proa.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.kernel.LinuxKernel;
import dev.proa.spec.linux.resources.Cpu;
import dev.proa.spec.linux.resources.Memory;
import dev.proa.spec.linux.resources.Pids;
import dev.proa.spec.linux.resources.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Version 1 on the machine's own hierarchies, in cgroups of its own. */
class V1RootTest {
  private static final long MB = 1 << 20;

  private final LinuxKernel kernel = new LinuxKernel();
  private final List<Process> processes = new ArrayList<>();
  private final String name =
      "/proa-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  private Cgroup cgroup;

  @BeforeEach
  void plan() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Layout layout = Layout.detect(kernel);
    assumeFalse(layout.isUnified(), "needs version 1 hierarchies");
    cgroup = Cgroups.plan(kernel, layout, CgroupsPath.of(name + "/c", "id"), Tolerance.NONE);
  }

  @AfterEach
  void remove() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    if (cgroup != null) {
      cgroup.delete();
      cgroup.undo();
    }
    try (var tops = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path top : tops.filter(Files::isDirectory).toList()) {
        Files.deleteIfExists(top.resolve(name.substring(1)));
      }
    }
  }

  private int start(String... command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return (int) process.pid();
  }

  private String read(String controller, String file) throws Exception {
    return Files.readString(Path.of(cgroup.paths().get(controller), file)).strip();
  }

  private static Resources resources(Memory memory, Cpu cpu, Pids pids) {
    return new Resources(Map.of(), List.of(), pids, null, cpu, List.of(), memory, null, Map.of());
  }

  private static Memory memory(Long limit, Long swap) {
    return new Memory(limit, null, swap, null, null, null, null, null, null);
  }

  @Test
  void createsJoinsLimitsAndDeletes() throws Exception {
    Resources resources =
        resources(
            new Memory(100 * MB, 50 * MB, 150 * MB, null, null, 10L, true, null, null),
            new Cpu(512L, 50_000L, 10_000L, 100_000L, null, null, "0", "0", 0L),
            new Pids(50L));
    cgroup.create(resources);
    cgroup.set(resources, DeviceRules.effective(List.of()));
    int pid = start("sleep", "100");
    cgroup.join(pid);

    assertEquals("104857600", read("memory", "memory.limit_in_bytes"));
    assertEquals("157286400", read("memory", "memory.memsw.limit_in_bytes"));
    assertEquals("52428800", read("memory", "memory.soft_limit_in_bytes"));
    assertEquals("10", read("memory", "memory.swappiness"));
    assertTrue(read("memory", "memory.oom_control").startsWith("oom_kill_disable 1"));
    assertEquals("512", read("cpu", "cpu.shares"));
    assertEquals("50000", read("cpu", "cpu.cfs_quota_us"));
    assertEquals("10000", read("cpu", "cpu.cfs_burst_us"));
    assertEquals("0", read("cpuset", "cpuset.cpus"));
    assertEquals("50", read("pids", "pids.max"));
    for (String controller : cgroup.paths().keySet()) {
      assertEquals(Integer.toString(pid), read(controller, "cgroup.procs"), controller);
    }
    assertEquals(List.of(pid), cgroup.processes());
    assertTrue(cgroup.exists());

    cgroup.kill();
    cgroup.delete();
    assertFalse(cgroup.exists());
    for (String path : cgroup.paths().values()) {
      assertFalse(Files.exists(Path.of(path)), path);
    }
    cgroup.delete();
  }

  @Test
  void deviceRulesAreRuncsAndAnUpdateChangesOnlyWhatDiffers() throws Exception {
    cgroup.create(null);
    cgroup.set(null, DeviceRules.effective(List.of()));
    // What `runc run` of the default config leaves behind on the same kernel.
    assertEquals(
        """
        b *:* m
        c *:* m
        c 1:3 rwm
        c 1:5 rwm
        c 1:7 rwm
        c 1:8 rwm
        c 1:9 rwm
        c 5:0 rwm
        c 5:2 rwm
        c 10:200 rwm
        c 136:* rwm"""
            .lines()
            .sorted()
            .toList(),
        read("devices", "devices.list").lines().sorted().toList());
    cgroup.set(
        null,
        DeviceRules.effective(
            List.of(new dev.proa.spec.linux.resources.DeviceRule(true, "b", 8L, 0L, "r"))));
    assertTrue(read("devices", "devices.list").lines().toList().contains("b 8:0 r"));
  }

  @Test
  void limitsGoUpAndDownInAnOrderThatTheKernelTakes() throws Exception {
    cgroup.create(null);
    cgroup.set(resources(memory(100 * MB, 100 * MB), null, null), List.of());
    cgroup.update(resources(memory(200 * MB, 200 * MB), null, null));
    assertEquals("209715200", read("memory", "memory.limit_in_bytes"));
    assertEquals("209715200", read("memory", "memory.memsw.limit_in_bytes"));
    cgroup.update(resources(memory(50 * MB, 60 * MB), null, null));
    assertEquals("52428800", read("memory", "memory.limit_in_bytes"));
    assertEquals("62914560", read("memory", "memory.memsw.limit_in_bytes"));
    cgroup.update(resources(memory(-1L, null), null, null));
    assertEquals("9223372036854771712", read("memory", "memory.limit_in_bytes"));
    assertEquals("9223372036854771712", read("memory", "memory.memsw.limit_in_bytes"));
  }

  @Test
  void refusesACgroupInUse() throws Exception {
    cgroup.create(null);
    cgroup.join(start("sleep", "100"));
    Cgroup again =
        Cgroups.plan(
            kernel, Layout.detect(kernel), CgroupsPath.of(name + "/c", "id"), Tolerance.NONE);
    assertEquals(
        "container's cgroup is not empty: 1 process(es) found",
        assertThrows(CgroupException.class, () -> again.create(null)).getMessage());
    assertTrue(cgroup.exists());
  }

  @Test
  void refusesAFrozenCgroup() {
    cgroup.create(null);
    cgroup.freeze();
    Cgroup again =
        Cgroups.plan(
            kernel, Layout.detect(kernel), CgroupsPath.of(name + "/c", "id"), Tolerance.NONE);
    assertEquals(
        "container's cgroup unexpectedly frozen",
        assertThrows(CgroupException.class, () -> again.create(null)).getMessage());
    cgroup.thaw();
  }

  @Test
  void aFailedCreateLeavesNothing() {
    Resources resources =
        resources(null, new Cpu(null, null, null, null, null, null, "4096", null, null), null);
    CgroupException e = assertThrows(CgroupException.class, () -> cgroup.create(resources));
    assertEquals(
        "linux.resources.cpu.cpus: write \""
            + cgroup.paths().get("cpuset")
            + "/cpuset.cpus\" \"4096\": numerical result out of range",
        e.getMessage());
    for (String path : cgroup.paths().values()) {
      assertFalse(Files.exists(Path.of(path).getParent()), path);
    }
  }

  @Test
  void freezesThawsAndKillsWhatIsFrozen() throws Exception {
    cgroup.create(null);
    int pid = start("sh", "-c", "while :; do :; done");
    cgroup.join(pid);
    assertFalse(cgroup.isFrozen());
    cgroup.freeze();
    assertTrue(cgroup.isFrozen());
    Cgroup other = Cgroups.of(kernel, cgroup.paths(), Tolerance.NONE);
    assertTrue(other.isFrozen());
    other.kill();
    assertTrue(processes.getFirst().waitFor(5, TimeUnit.SECONDS));
    assertEquals(137, processes.getFirst().exitValue());
  }

  @Test
  void deletesChildrenAndWaitsForTheLastProcess() throws Exception {
    cgroup.create(null);
    Path child = Files.createDirectory(Path.of(cgroup.paths().get("pids"), "child"));
    int pid = start("sleep", "0.2");
    Files.writeString(child.resolve("cgroup.procs"), Integer.toString(pid));
    cgroup.delete();
    assertFalse(Files.exists(child.getParent()));
  }

  @Test
  void tellsWhichControllerIsMissing() {
    cgroup.create(null);
    Resources resources =
        new Resources(
            Map.of(),
            List.of(),
            null,
            null,
            null,
            List.of(),
            null,
            new dev.proa.spec.linux.resources.Network(1L, List.of()),
            Map.of());
    assumeFalse(cgroup.paths().containsKey("net_cls"), "the machine has net_cls");
    assertEquals(
        "linux.resources.network.classID: net_cls controller is not available",
        assertThrows(CgroupException.class, () -> cgroup.set(resources, List.of())).getMessage());
  }

  @Test
  void anErrorNamesSectionFileAndData() {
    cgroup.create(null);
    Resources resources =
        resources(null, new Cpu(null, 1L, null, null, null, null, null, null, null), null);
    assertEquals(
        "linux.resources.cpu.quota: write \""
            + cgroup.paths().get("cpu")
            + "/cpu.cfs_quota_us\" \"1\": invalid argument",
        assertThrows(CgroupException.class, () -> cgroup.set(resources, List.of())).getMessage());
  }

  @Test
  void hugePagesAreLimitedWhereTheMachineHasThem() throws Exception {
    cgroup.create(null);
    Resources resources =
        new Resources(
            Map.of(),
            List.of(),
            null,
            null,
            null,
            List.of(new dev.proa.spec.linux.resources.HugepageLimit("2MB", 4 * MB)),
            null,
            null,
            Map.of());
    assumeTrue(cgroup.paths().containsKey(Layout.UNIFIED), "needs the hybrid layout");
    cgroup.set(resources, List.of());
    assertEquals("4194304", read(Layout.UNIFIED, "hugetlb.2MB.max"));
    assertEquals("4194304", read(Layout.UNIFIED, "hugetlb.2MB.rsvd.max"));
  }

  @Test
  void countsWhatRuns() throws Exception {
    cgroup.create(null);
    cgroup.join(start("sh", "-c", "while :; do :; done"));
    Thread.sleep(50);
    Stats stats = cgroup.stats();
    assertEquals(1, stats.pids().current());
    assertTrue(stats.cpu().total() > 1_000_000, stats.cpu().toString());
    assertTrue(stats.memory().usage().limit() > MB);
    assertTrue(stats.memory().raw().containsKey("rss"));
    assertTrue(stats.cpuset().cpus().contains(0));
  }

  @Test
  void aRefusedUpdatePutsTheOldValuesBack() throws Exception {
    Resources resources =
        resources(
            memory(100 * MB, null),
            new Cpu(512L, 50_000L, null, 100_000L, null, null, null, null, null),
            new Pids(50L));
    cgroup.create(resources);
    cgroup.set(resources, List.of());

    // cpuset is first, memory is next; a quota of 1 is below the least.
    assertThrows(
        CgroupException.class,
        () ->
            cgroup.update(
                resources(
                    memory(50 * MB, null),
                    new Cpu(99L, 1L, null, 20_000L, null, null, "0", null, null),
                    new Pids(7L))));

    assertEquals("104857600", read("memory", "memory.limit_in_bytes"));
    assertEquals("512", read("cpu", "cpu.shares"));
    assertEquals("50000", read("cpu", "cpu.cfs_quota_us"));
    assertEquals("100000", read("cpu", "cpu.cfs_period_us"));
    assertEquals("50", read("pids", "pids.max"));
  }

  @Test
  void tellsThatMemoryRanOut() throws Exception {
    Resources resources = resources(memory(8 * MB, 8 * MB), null, null);
    cgroup.create(resources);
    cgroup.set(resources, List.of());
    try (OomEvents events = OomEvents.of(kernel, cgroup.paths())) {
      assertFalse(events.take());
      int pid = start("sh", "-c", "read go; head -c 32000000 /dev/zero | tail; :");
      cgroup.join(pid);
      processes.getLast().getOutputStream().write('\n');
      processes.getLast().getOutputStream().close();
      processes.getLast().waitFor(20, TimeUnit.SECONDS);

      assertTrue(events.take());
      assertFalse(events.take());
    }
  }
}
