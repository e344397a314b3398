package dev.proa.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.cgroup.Stats;
import dev.proa.operation.Statistics.Reading;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Both forms of {@code stats} that are not events' own. */
class StatsTableTest {
  private static Stats stats(long memoryLimit, long oomKills, Stats.Psi psi) {
    Stats.MemoryEntry none = Stats.MemoryEntry.NONE;
    List<Stats.BlockIoEntry> io =
        List.of(
            new Stats.BlockIoEntry(8, 0, "Read", 2048),
            new Stats.BlockIoEntry(8, 16, "Write", 1),
            new Stats.BlockIoEntry(8, 0, "Total", 5000));
    return new Stats(
        new Stats.Cpu(
            1_500_000_000L,
            0,
            0,
            List.of(),
            List.of(),
            List.of(),
            new Stats.Throttling(10, 3, 250_000_000L),
            psi),
        null,
        new Stats.Memory(
            10,
            new Stats.MemoryEntry(memoryLimit, 1_572_864, 0, 0),
            none,
            none,
            none,
            Map.of(),
            null,
            oomKills),
        new Stats.Pids(3, 64),
        Stats.BlockIo.of(io, io, null),
        Map.of(),
        new Stats.Rdma(List.of(), List.of()));
  }

  private static final Stats.Psi PSI =
      new Stats.Psi(
          new Stats.Pressure(1.25, 0, 0, 2_000_000), new Stats.Pressure(0, 0, 0, 500_000));

  @Test
  void theBusiestFirst() {
    String table =
        new StatsTable(Screen.FILE)
            .text(
                List.of(
                    new Reading("a", 1, 0, stats(-1, 0, null), 0.013),
                    new Reading("b", 2, 0, stats(3_145_728, 2, PSI), 1.5),
                    new Reading("c", 3, 0, null, null)),
                9);

    assertEquals(
        """
        ID  CPU %   MEMORY    LIMIT  MEM %     READ  WRITTEN  PIDS  THROTTLED  OOM  STALLED
        b   150.0  1.5 MiB  3.0 MiB   50.0  2.0 KiB      1 B  3/64      0.3 s    2  cpu 1.3%
        a     1.3  1.5 MiB        -      -  2.0 KiB      1 B  3/64      0.3 s    0  -
        c       -        -        -      -        -        -     -          -    -
        """,
        table);
  }

  @Test
  void whatTheScreenCannotHoldIsCounted() {
    Reading reading = new Reading("a", 1, 0, null, null);

    String table = new StatsTable(Screen.FILE).text(List.of(reading, reading, reading), 1);

    assertEquals(3, table.lines().count());
    assertTrue(table.endsWith("… and 2 more\n"), table);
  }

  @Test
  void version1HasAGreatestNumberInsteadOfNoLimit() {
    assertTrue(StatsTable.isLimit(1));
    for (long none : new long[] {-1, 0, 9223372036854771712L}) {
      assertTrue(!StatsTable.isLimit(none), () -> none + " is a limit");
    }
  }

  @Test
  void openMetrics() {
    String text =
        OpenMetrics.text(
            List.of(
                new Reading("a", 1, 0, stats(-1, 4, PSI), null),
                new Reading("c", 3, 0, null, null)));

    assertTrue(
        text.startsWith(
            """
            # TYPE proa_container_cpu_seconds counter
            # UNIT proa_container_cpu_seconds seconds
            # HELP proa_container_cpu_seconds Processor time.
            proa_container_cpu_seconds_total{id="a"} 1.5
            # TYPE proa_container_cpu_periods counter
            """),
        text);
    assertTrue(text.endsWith("\n# EOF\n"), text);
    for (String line :
        List.of(
            "proa_container_memory_usage_bytes{id=\"a\"} 1572864",
            "proa_container_memory_oom_kills_total{id=\"a\"} 4",
            "proa_container_io_bytes_total{id=\"a\",device=\"8:0\",direction=\"read\"} 2048",
            "proa_container_pids_limit{id=\"a\"} 64",
            "proa_container_pressure_stalled_seconds_total"
                + "{id=\"a\",resource=\"cpu\",waiting=\"full\"} 0.5")) {
      assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
    }
    assertTrue(!text.contains("limit_bytes{"), "no limit is no sample");
    assertTrue(!text.contains("\"c\""), "no cgroup is no sample");
  }

  /** What the specification demands of every exposition. */
  @Test
  void everySampleBelongsToTheFamilyAbove() {
    String family = "";
    String type = "";
    for (String line :
        OpenMetrics.text(List.of(new Reading("a", 1, 0, stats(7, 4, PSI), null)))
            .lines()
            .toList()) {
      String[] words = line.split(" ");
      switch (words[1]) {
        case "TYPE" -> {
          family = words[2];
          type = words[3];
        }
        case "UNIT" -> assertTrue(family.endsWith("_" + words[3]), line);
        case "HELP", "EOF" -> {}
        default -> {
          String name = line.substring(0, line.indexOf('{'));
          assertEquals(type.equals("counter") ? family + "_total" : family, name);
          assertTrue(Double.parseDouble(words[1]) >= 0, line);
        }
      }
    }
  }
}
