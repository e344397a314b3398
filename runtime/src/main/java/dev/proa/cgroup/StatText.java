package dev.proa.cgroup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The forms of text that cgroupfs tells its numbers in. What is malformed reads as absent. */
public final class StatText {
  private StatText() {}

  /** A file's number; {@code max} is the greatest (-1), a missing or other text 0. */
  public static long number(String text) {
    if (text == null) {
      return 0;
    }
    String trimmed = text.strip();
    if (trimmed.equals("max")) {
      return -1;
    }
    try {
      return trimmed.startsWith("-") ? Long.parseLong(trimmed) : Long.parseUnsignedLong(trimmed);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Lines of a word and a number, as in {@code cpu.stat}; a missing text has none. */
  public static Map<String, Long> keyed(String text) {
    Map<String, Long> values = new LinkedHashMap<>();
    for (String line : lines(text)) {
      int space = line.indexOf(' ');
      if (space > 0) {
        values.put(line.substring(0, space), number(line.substring(space + 1)));
      }
    }
    return values;
  }

  /** The lines of a text that may be missing. */
  public static List<String> lines(String text) {
    return text == null || text.isEmpty() ? List.of() : List.of(text.split("\n"));
  }

  /** The numbers of a line with spaces between them. */
  public static List<Long> numbers(String text) {
    List<Long> numbers = new ArrayList<>();
    if (text != null && !text.isBlank()) {
      for (String word : text.strip().split(" ")) {
        if (!word.isEmpty()) {
          numbers.add(number(word));
        }
      }
    }
    return numbers;
  }

  /** The numbers of a list of ranges, as {@code 0-3,8}. */
  public static List<Integer> ranges(String text) {
    List<Integer> numbers = new ArrayList<>();
    if (text == null || text.isBlank()) {
      return numbers;
    }
    for (String range : text.strip().split(",")) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      for (int i = first; i <= last; i++) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  /**
   * A pressure file (Documentation/accounting/psi.rst); null where it is missing or pressure
   * accounting is switched off.
   */
  public static Stats.Psi psi(String text) {
    Stats.Pressure some = null;
    Stats.Pressure full = null;
    for (String line : lines(text)) {
      if (line.startsWith("some ")) {
        some = pressure(line);
      } else if (line.startsWith("full ")) {
        full = pressure(line);
      }
    }
    if (some == null && full == null) {
      return null;
    }
    // Until Linux 5.13 cpu.pressure has no full line.
    return new Stats.Psi(
        some == null ? Stats.Pressure.NONE : some, full == null ? Stats.Pressure.NONE : full);
  }

  private static Stats.Pressure pressure(String line) {
    double[] averages = new double[3];
    long total = 0;
    for (String field : line.split(" ")) {
      int equals = field.indexOf('=');
      String value = field.substring(equals + 1);
      switch (equals < 0 ? "" : field.substring(0, equals)) {
        case "avg10" -> averages[0] = Double.parseDouble(value);
        case "avg60" -> averages[1] = Double.parseDouble(value);
        case "avg300" -> averages[2] = Double.parseDouble(value);
        case "total" -> total = number(value);
        default -> {}
      }
    }
    return new Stats.Pressure(averages[0], averages[1], averages[2], total);
  }

  /** {@code rdma.max} or {@code rdma.current}: {@code mlx4_0 hca_handle=2 hca_object=max}. */
  public static List<Stats.RdmaEntry> rdma(String text) {
    List<Stats.RdmaEntry> entries = new ArrayList<>();
    for (String line : lines(text)) {
      String[] fields = line.split(" ");
      long handles = 0;
      long objects = 0;
      for (int i = 1; i < fields.length; i++) {
        if (fields[i].startsWith("hca_handle=")) {
          handles = number(fields[i].substring("hca_handle=".length()));
        } else if (fields[i].startsWith("hca_object=")) {
          objects = number(fields[i].substring("hca_object=".length()));
        }
      }
      entries.add(new Stats.RdmaEntry(fields[0], handles, objects));
    }
    return entries;
  }
}
