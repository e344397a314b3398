package dev.proa.cli;

import dev.proa.cgroup.Stats;
import dev.proa.operation.Statistics.Reading;
import java.util.ArrayList;
import java.util.List;

/** The readings of {@code stats} as a table for people, the busiest container first. */
final class StatsTable {
  /** A cgroup without a limit has a greater one: all bits, or version 1's last whole page. */
  private static final long NO_LIMIT = 1L << 62;

  private static final int FEW_PERCENT = 90;
  private static final String NONE = "-";
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private final Screen screen;

  StatsTable(Screen screen) {
    this.screen = screen;
  }

  /**
   * The table.
   *
   * @param rows how many containers at most; the rest is counted
   */
  String text(List<Reading> readings, int rows) {
    List<Reading> sorted = new ArrayList<>(readings);
    sorted.sort(StatsTable::busiestFirst);
    Table table = new Table(screen);
    for (int column = 1; column <= 9; column++) {
      table.right(column);
    }
    table.headings(
        "ID",
        "CPU %",
        "MEMORY",
        "LIMIT",
        "MEM %",
        "READ",
        "WRITTEN",
        "PIDS",
        "THROTTLED",
        "OOM",
        "STALLED");
    for (Reading each : sorted.subList(0, Math.min(rows, sorted.size()))) {
      table.row(row(each));
    }
    String more = sorted.size() > rows ? "… and " + (sorted.size() - rows) + " more\n" : "";
    return table.text() + more;
  }

  private static int busiestFirst(Reading a, Reading b) {
    int order = Double.compare(b.cpu() == null ? 0 : b.cpu(), a.cpu() == null ? 0 : a.cpu());
    return order != 0 ? order : a.id().compareTo(b.id());
  }

  private String[] row(Reading reading) {
    Stats stats = reading.stats();
    if (stats == null) {
      return new String[] {reading.id(), NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, ""};
    }
    Stats.MemoryEntry memory = stats.memory().usage();
    String share = NONE;
    if (isLimit(memory.limit())) {
      double percent = 100.0 * memory.usage() / memory.limit();
      share = alarming(percent >= FEW_PERCENT, oneDigit(percent));
    }
    Stats.Pids pids = stats.pids();
    long kills = stats.memory().oomKills();
    return new String[] {
      reading.id(),
      reading.cpu() == null ? NONE : oneDigit(100 * reading.cpu()),
      bytes(memory.usage()),
      isLimit(memory.limit()) ? bytes(memory.limit()) : NONE,
      share,
      bytes(sum(stats.blkio().serviceBytes(), "Read")),
      bytes(sum(stats.blkio().serviceBytes(), "Write")),
      pids.current() + (isLimit(pids.limit()) ? "/" + pids.limit() : ""),
      seconds(stats.cpu().throttling().throttledTime()),
      alarming(kills > 0, Long.toString(kills)),
      stalled(stats)
    };
  }

  private String alarming(boolean is, String text) {
    return is ? screen.paint(Screen.Style.RED, text) : text;
  }

  /** Whether that is a limit, and not the greatest number or none. */
  static boolean isLimit(long limit) {
    return limit > 0 && limit < NO_LIMIT;
  }

  /** The sum over all devices of what one direction counts. */
  static long sum(List<Stats.BlockIoEntry> entries, String op) {
    long sum = 0;
    for (Stats.BlockIoEntry entry : entries) {
      sum += entry.op().equals(op) ? entry.value() : 0;
    }
    return sum;
  }

  /** How much of the last ten seconds some process waited, where the kernel counts it. */
  private static String stalled(Stats stats) {
    StringBuilder text = new StringBuilder();
    stalled(text, "cpu", stats.cpu().psi());
    stalled(text, "memory", stats.memory().psi());
    stalled(text, "io", stats.blkio().psi());
    return text.isEmpty() ? NONE : text.toString();
  }

  private static void stalled(StringBuilder text, String what, Stats.Psi psi) {
    if (psi != null) {
      String share = oneDigit(psi.some().avg10());
      text.append(text.isEmpty() ? "" : ", ").append(what).append(' ').append(share).append('%');
    }
  }

  /** A size with its unit and three digits at least: {@code 1.5 MiB}, {@code 512 B}. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String number = unit == 0 || value >= 100 ? Long.toString(Math.round(value)) : oneDigit(value);
    return number + " " + UNITS[unit];
  }

  private static String seconds(long nanos) {
    return nanos == 0 ? "0" : oneDigit(nanos / 1e9) + " s";
  }

  /** The number with one digit after the point. */
  static String oneDigit(double value) {
    long tenths = Math.round(value * 10);
    return tenths / 10 + "." + tenths % 10;
  }
}
