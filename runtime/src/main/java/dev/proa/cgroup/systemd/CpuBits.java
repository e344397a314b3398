package dev.proa.cgroup.systemd;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Lists of CPUs and memory nodes, {@code 0-3,5} in the kernel's files, as systemd's bit sets. */
final class CpuBits {
  // More than any kernel knows (CONFIG_NR_CPUS); a higher number is refused by the file.
  private static final int MAX = 1 << 16;

  private CpuBits() {}

  /** The bytes, the lowest CPU in the lowest bit of the first; null where it is no such list. */
  static List<Long> of(String text) {
    BitSet set = new BitSet();
    for (String part : text.split(",", -1)) {
      String range = part.strip();
      int dash = range.indexOf('-');
      int first = number(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : number(range.substring(dash + 1));
      if (first < 0 || last < first) {
        return null;
      }
      set.set(first, last + 1);
    }
    List<Long> bytes = new ArrayList<>();
    for (byte each : set.toByteArray()) {
      bytes.add((long) (each & 0xff));
    }
    return bytes;
  }

  private static int number(String text) {
    int value = text.isEmpty() ? -1 : 0;
    for (int i = 0; i < text.length() && value >= 0; i++) {
      int digit = text.charAt(i) - '0';
      value = digit < 0 || digit > 9 || value > MAX ? -1 : value * 10 + digit;
    }
    return value;
  }
}
