package dev.proa.cli;

import dev.proa.cgroup.Stats;
import dev.proa.operation.Statistics.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The readings of {@code stats} in the text form of OpenMetrics 1.0. A node exporter's folder of
 * text files takes it too: there the lines of units and of the end are comments.
 */
final class OpenMetrics {
  private static final double NANOS = 1e9;
  private static final double MICROS = 1e6;

  private final StringBuilder out = new StringBuilder();
  private final List<Reading> readings = new ArrayList<>();

  private OpenMetrics(List<Reading> all) {
    for (Reading each : all) {
      if (each.stats() != null) {
        readings.add(each);
      }
    }
  }

  /** The whole exposition, its end marked. */
  static String text(List<Reading> readings) {
    OpenMetrics metrics = new OpenMetrics(readings);
    metrics.cpu();
    metrics.memory();
    metrics.io();
    metrics.pids();
    metrics.pressure();
    return metrics.out.append("# EOF\n").toString();
  }

  private void cpu() {
    counter(
        "cpu_seconds",
        "seconds",
        "Processor time.",
        (s, add) -> add.number("", s.cpu().total() / NANOS));
    counter(
        "cpu_periods",
        null,
        "Periods of the processor quota.",
        (s, add) -> add.number("", s.cpu().throttling().periods()));
    counter(
        "cpu_throttled_periods",
        null,
        "Periods in which the quota was used up.",
        (s, add) -> add.number("", s.cpu().throttling().throttledPeriods()));
    counter(
        "cpu_throttled_seconds",
        "seconds",
        "Time waited for the next period.",
        (s, add) -> add.number("", s.cpu().throttling().throttledTime() / NANOS));
  }

  private void memory() {
    gauge(
        "memory_usage_bytes",
        "bytes",
        "Memory in use.",
        (s, add) -> add.number("", s.memory().usage().usage()));
    gauge(
        "memory_limit_bytes",
        "bytes",
        "The memory limit, where there is one.",
        (s, add) -> add.limit(s.memory().usage().limit()));
    gauge(
        "memory_cache_bytes",
        "bytes",
        "Memory that holds files.",
        (s, add) -> add.number("", s.memory().cache()));
    counter(
        "memory_oom_kills",
        null,
        "Processes killed because memory ran out.",
        (s, add) -> add.number("", s.memory().oomKills()));
  }

  private void io() {
    counter(
        "io_bytes",
        "bytes",
        "Bytes read and written, by block device.",
        (s, add) -> io(s.blkio().serviceBytes(), add));
    counter(
        "io_operations",
        null,
        "Reads and writes, by block device.",
        (s, add) -> io(s.blkio().serviced(), add));
  }

  private static void io(List<Stats.BlockIoEntry> entries, Samples add) {
    for (Stats.BlockIoEntry entry : entries) {
      if (entry.op().equals("Read") || entry.op().equals("Write")) {
        String direction = entry.op().equals("Read") ? "read" : "write";
        add.number(
            ",device=\""
                + entry.major()
                + ":"
                + entry.minor()
                + "\",direction=\""
                + direction
                + "\"",
            entry.value());
      }
    }
  }

  private void pids() {
    gauge("pids", null, "Processes and threads.", (s, add) -> add.number("", s.pids().current()));
    gauge(
        "pids_limit",
        null,
        "How many there may be, where there is a limit.",
        (s, add) -> add.limit(s.pids().limit()));
  }

  private void pressure() {
    counter(
        "pressure_stalled_seconds",
        "seconds",
        "Time in which some or all processes waited for a resource.",
        (s, add) -> {
          pressure("cpu", s.cpu().psi(), add);
          pressure("memory", s.memory().psi(), add);
          pressure("io", s.blkio().psi(), add);
        });
  }

  private static void pressure(String resource, Stats.Psi psi, Samples add) {
    if (psi != null) {
      String labels = ",resource=\"" + resource + "\",waiting=\"";
      add.number(labels + "some\"", psi.some().total() / MICROS);
      add.number(labels + "full\"", psi.full().total() / MICROS);
    }
  }

  private void counter(String name, String unit, String help, BiConsumer<Stats, Samples> each) {
    family(name, "counter", unit, help, "_total", each);
  }

  private void gauge(String name, String unit, String help, BiConsumer<Stats, Samples> each) {
    family(name, "gauge", unit, help, "", each);
  }

  private void family(
      String name,
      String type,
      String unit,
      String help,
      String suffix,
      BiConsumer<Stats, Samples> each) {
    String full = "proa_container_" + name;
    out.append("# TYPE ").append(full).append(' ').append(type).append('\n');
    if (unit != null) {
      out.append("# UNIT ").append(full).append(' ').append(unit).append('\n');
    }
    out.append("# HELP ").append(full).append(' ').append(help).append('\n');
    for (Reading reading : readings) {
      // An id has nothing that a label's value would have to escape.
      each.accept(reading.stats(), new Samples(full + suffix + "{id=\"" + reading.id() + "\""));
    }
  }

  /** Takes the samples of one family and container. */
  private final class Samples {
    private final String begin;

    Samples(String begin) {
      this.begin = begin;
    }

    void number(String labels, long value) {
      line(labels, Long.toUnsignedString(value));
    }

    void number(String labels, double value) {
      line(labels, Double.toString(value));
    }

    void limit(long value) {
      if (StatsTable.isLimit(value)) {
        number("", value);
      }
    }

    private void line(String labels, String value) {
      out.append(begin).append(labels).append("} ").append(value).append('\n');
    }
  }
}
