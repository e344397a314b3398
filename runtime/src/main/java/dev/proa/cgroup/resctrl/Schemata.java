package dev.proa.cgroup.resctrl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The lines of a {@code schemata} file: {@code L3:0=7f0;1=1f} says what part of each L3 cache a
 * class of service has, {@code MB:0=20;1=70} how much of the memory bandwidth.
 */
final class Schemata {
  private Schemata() {}

  /** What the config asks for, in the order in which it is to be written; empty for nothing. */
  static List<String> writes(String l3CacheSchema, String memBwSchema, List<String> schemata) {
    List<String> writes = new ArrayList<>(3);
    // config-linux.md: l3CacheSchema first, then memBwSchema, and schemata last, which wins. Each
    // is a write of its own, because one write may name a resource only once.
    add(writes, l3CacheSchema);
    add(writes, memBwSchema);
    if (!schemata.isEmpty()) {
      add(writes, String.join("\n", schemata));
    }
    return writes;
  }

  private static void add(List<String> writes, String text) {
    if (text != null && !text.isEmpty()) {
      writes.add(text);
    }
  }

  /**
   * The first value that is asked for and is not what the file has, as {@code L3:0=f is ff}; null
   * where all is as asked for.
   *
   * @param writes what is asked for: a later value of one resource wins
   * @param file the text of the file
   */
  static String mismatch(List<String> writes, String file) {
    Map<String, String> has = parse(file);
    Map<String, String> asked = new HashMap<>();
    for (String write : writes) {
      asked.putAll(parse(write));
    }
    for (String key : asked.keySet().stream().sorted().toList()) {
      String value = asked.get(key);
      String there = has.get(key);
      if (!value.equals(there)) {
        return key + "=" + value + " is " + (there == null ? "not there" : there);
      }
    }
    return null;
  }

  /** Values by resource and domain, as {@code L3:0} to {@code 7f0}, in one spelling. */
  private static Map<String, String> parse(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n")) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      // The file's lines are indented so that the colons stand below each other.
      String resource = line.substring(0, colon).strip();
      for (String domain : line.substring(colon + 1).split(";")) {
        int equals = domain.indexOf('=');
        if (equals > 0) {
          values.put(
              resource + ":" + plain(domain.substring(0, equals)),
              plain(domain.substring(equals + 1)));
        }
      }
    }
    return values;
  }

  /** A number without leading zeros, in lower case: the kernel pads bit masks. */
  private static String plain(String number) {
    String text = number.strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("0x")) {
      text = text.substring(2);
    }
    int zeros = 0;
    while (zeros < text.length() - 1 && text.charAt(zeros) == '0') {
      zeros++;
    }
    return text.substring(zeros);
  }
}
