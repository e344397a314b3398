package dev.proa.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.LinuxKernel;
import dev.proa.spec.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both versions on a temporary directory with texts that real kernels wrote. */
class FakeCgroupfsTest {
  @TempDir Path directory;
  private Cgroup v2;

  @BeforeEach
  void open() {
    v2 = Cgroups.of(new LinuxKernel(), Map.of("", directory.toString()), Tolerance.NONE);
  }

  private void file(String name, String content) throws Exception {
    Files.writeString(directory.resolve(name), content);
  }

  private String file(String name) throws Exception {
    return Files.readString(directory.resolve(name));
  }

  private static String json(Stats stats) {
    JsonWriter json = JsonWriter.compact();
    StatsJson.write(stats, json);
    return json.toString();
  }

  @Test
  void v2WritesItsFiles() throws Exception {
    for (String name : List.of("pids.max", "memory.max", "cpu.weight", "cpu.max", "io.weight")) {
      file(name, "");
    }
    v2.set(
        Sample.resources(
            "{'pids':{'limit':7},'memory':{'limit':100,'swap':100},'blockIO':{'weight':10},"
                + "'cpu':{'shares':1024,'quota':50000}}"),
        List.of());
    assertEquals("7", file("pids.max"));
    assertEquals("100", file("memory.max"));
    assertEquals("100", file("cpu.weight"));
    assertEquals("50000 100000", file("cpu.max"));
    assertEquals("1", file("io.weight"));
  }

  @Test
  void v2ChecksMemoryBeforeAnUpdateThatAsksForIt() throws Exception {
    file("memory.max", "max");
    file("memory.current", "1000\n");
    assertEquals(
        "linux.resources.memory.limit: rejecting memory limit 1000 <= usage 1000",
        assertThrows(
                CgroupException.class,
                () ->
                    v2.update(
                        Sample.resources("{'memory':{'limit':1000,'checkBeforeUpdate':true}}")))
            .getMessage());
    assertEquals("max", file("memory.max"));
    v2.update(Sample.resources("{'memory':{'limit':1001,'checkBeforeUpdate':true}}"));
    assertEquals("1001", file("memory.max"));
  }

  @Test
  void aWrongValueAnywhereChangesNothing() throws Exception {
    file("pids.max", "max");
    assertThrows(
        CgroupException.class,
        () -> v2.set(Sample.resources("{'pids':{'limit':7},'memory':{'swap':5}}"), List.of()));
    assertEquals("max", file("pids.max"));
  }

  @Test
  void v2RefusesWhatOnlyV1Has() throws Exception {
    for (String[] limit :
        new String[][] {
          {"memory.swappiness", "'memory':{'swappiness':0}"},
          {"memory.disableOOMKiller", "'memory':{'disableOOMKiller':true}"},
          {"cpu.realtimeRuntime", "'cpu':{'realtimeRuntime':5}"},
          {"cpu.realtimePeriod", "'cpu':{'realtimePeriod':5}"},
          {"blockIO.leafWeight", "'blockIO':{'leafWeight':10}"},
          {"network.classID", "'network':{'classID':1}"},
          {"network.priorities", "'network':{'priorities':[{'name':'lo','priority':1}]}"},
        }) {
      assertEquals(
          "linux.resources." + limit[0] + ": cgroup v2 has no such setting",
          assertThrows(
                  CgroupException.class,
                  () -> v2.update(Sample.resources("{" + limit[1] + "}")),
                  limit[0])
              .getMessage());
    }
    v2.update(
        Sample.resources(
            "{'memory':{'kernel':5,'kernelTCP':5,'disableOOMKiller':false},"
                + "'cpu':{'realtimeRuntime':0,'realtimePeriod':0},'network':{'classID':0}}"));
  }

  @Test
  void v2Statistics() throws Exception {
    file("pids.current", "3\n");
    file("pids.max", "max\n");
    file("memory.stat", "anon 811008\nfile 45056\nkernel 200704\n");
    file("memory.current", "1146880\n");
    file("memory.max", "104857600\n");
    file("memory.peak", "2146880\n");
    file("memory.swap.current", "4096\n");
    file("memory.swap.max", "max\n");
    file(
        "memory.pressure",
        """
        some avg10=0.00 avg60=0.25 avg300=1.50 total=17
        full avg10=0.00 avg60=0.00 avg300=0.00 total=5
        """);
    file(
        "cpu.stat",
        """
        usage_usec 25000
        user_usec 15000
        system_usec 10000
        nr_periods 9
        nr_throttled 2
        throttled_usec 300
        """);
    file("io.stat", "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n");
    assertEquals(
        "{'cpu':{'usage':{'total':25000000,'kernel':10000000,'user':15000000},"
            + "'throttling':{'periods':9,'throttledPeriods':2,'throttledTime':300000}},"
            + "'cpuset':{'cpu_exclusive':0,'mem_hardwall':0,'mem_exclusive':0,"
            + "'memory_migrate':0,'memory_spread_page':0,'memory_spread_slab':0,"
            + "'memory_pressure':0,'sched_load_balance':0,'sched_relax_domain_level':0},"
            + "'memory':{'cache':45056,"
            + "'usage':{'limit':104857600,'usage':1146880,'max':2146880,'failcnt':0},"
            + "'swap':{'limit':18446744073709551615,'usage':1150976,'failcnt':0},"
            + "'kernel':{'limit':0,'failcnt':0},'kernelTCP':{'limit':0,'failcnt':0},"
            + "'raw':{'anon':811008,'file':45056,'kernel':200704},"
            + "'psi':{'some':{'avg10':0,'avg60':0.25,'avg300':1.5,'total':17},"
            + "'full':{'avg10':0,'avg60':0,'avg300':0,'total':5}}},"
            + "'pids':{'current':3},"
            + "'blkio':{'ioServiceBytesRecursive':[{'major':8,'op':'Read','value':4096},"
            + "{'major':8,'op':'Write'}],"
            + "'ioServicedRecursive':[{'major':8,'op':'Read','value':1},"
            + "{'major':8,'op':'Write'}]},"
            + "'hugetlb':{},'intel_rdt':{},'network_interfaces':null}",
        json(v2.stats()).replace('"', '\''));
  }

  @Test
  void v1Statistics() throws Exception {
    file("pids.current", "2\n");
    file("pids.max", "50\n");
    file("cpuacct.usage", "123456789\n");
    file("cpuacct.stat", "user 5\nsystem 7\n");
    file("cpuacct.usage_percpu", "100 23 \n");
    file("cpuacct.usage_all", "cpu user system\n0 60 40\n1 20 3\n");
    file("cpu.stat", "nr_periods 4\nnr_throttled 1\nthrottled_time 99\n");
    file("blkio.throttle.io_serviced", "254:0 Read 12\n254:0 Write 0\n254:0 Total 12\nTotal 12\n");
    file("memory.stat", "cache 4096\nrss 8192\n");
    file("memory.usage_in_bytes", "12288\n");
    file("memory.limit_in_bytes", "9223372036854771712\n");
    file("memory.max_usage_in_bytes", "20480\n");
    file("memory.failcnt", "3\n");
    Map<String, String> paths = new LinkedHashMap<>();
    for (String controller : List.of("devices", "cpu", "cpuacct", "pids", "blkio", "memory")) {
      paths.put(controller, directory.toString());
    }
    Stats stats = Cgroups.of(new LinuxKernel(), paths, Tolerance.NONE).stats();
    assertEquals(
        new Stats.Cpu(
            123456789,
            70_000_000,
            50_000_000,
            List.of(100L, 23L),
            List.of(40L, 3L),
            List.of(60L, 20L),
            new Stats.Throttling(4, 1, 99),
            null),
        stats.cpu());
    assertEquals(new Stats.Pids(2, 50), stats.pids());
    assertEquals(
        List.of(
            new Stats.BlockIoEntry(254, 0, "Read", 12),
            new Stats.BlockIoEntry(254, 0, "Write", 0),
            new Stats.BlockIoEntry(254, 0, "Total", 12)),
        stats.blkio().serviced());
    assertEquals(
        new Stats.MemoryEntry(9223372036854771712L, 12288, 20480, 3), stats.memory().usage());
    assertEquals(Stats.MemoryEntry.NONE, stats.memory().swap());
    assertEquals(Map.of("cache", 4096L, "rss", 8192L), stats.memory().raw());
  }

  @Test
  void readsRangesAndRdma() {
    assertEquals(List.of(0, 1, 2, 8), StatText.ranges("0-2,8"));
    assertEquals(
        List.of(new Stats.RdmaEntry("mlx4_0", 2, -1)),
        StatText.rdma("mlx4_0 hca_handle=2 hca_object=max"));
    assertEquals("2MB", HugePages.size(2048));
    assertEquals("1GB", HugePages.size(1048576));
    assertEquals("64KB", HugePages.size(64));
  }

  @Test
  void v2UpdatesQuotaAndPeriodOneByOne() throws Exception {
    file("cpu.max", "40000 100000");
    v2.update(Sample.resources("{'cpu':{'period':200000}}"));
    assertEquals("40000 200000", file("cpu.max"));
    v2.update(Sample.resources("{'cpu':{'quota':-1}}"));
    assertEquals("max 200000", file("cpu.max").substring(0, 10));
  }

  @Test
  void aRefusedUpdatePutsTheOldValuesBack() throws Exception {
    file("pids.max", "50");
    file("memory.max", "1000");
    file("cgroup.controllers", "");
    // The fake has no cpu.weight: the update fails there, after pids and memory.
    assertThrows(
        CgroupException.class,
        () ->
            v2.update(
                Sample.resources(
                    "{'pids':{'limit':77},'memory':{'limit':2000},'cpu':{'shares':10}}")));
    assertEquals("50", file("pids.max"));
    assertEquals("1000", file("memory.max"));
  }

  @Test
  void outOfMemoryInV2() throws Exception {
    file("memory.events", "low 0\noom 1\noom_kill 1\n");
    try (OomEvents events = OomEvents.of(new LinuxKernel(), Map.of("", directory.toString()))) {
      assertEquals(false, events.take());
      file("memory.events", "low 9\noom 1\noom_kill 1\n");
      assertEquals(false, events.take());
      file("memory.events", "low 9\noom 2\noom_kill 2\n");
      assertEquals(true, events.take());
      assertEquals(false, events.take());
    }
  }

  @Test
  void whoDoesNotCountMemoryHasNoEvents() {
    assertEquals(null, OomEvents.of(new LinuxKernel(), Map.of("", directory.toString())));
    assertEquals(null, OomEvents.of(new LinuxKernel(), Map.of()));
  }
}
