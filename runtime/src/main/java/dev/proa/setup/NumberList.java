package dev.proa.setup;

import java.util.Arrays;

/** A list of processors or memory nodes as {@code 0-3,7}, as cpuset(7)'s list format has it. */
public final class NumberList {
  /** Linux can be built for 8192 processors at the most. */
  private static final int MAX = 8192;

  private NumberList() {}

  /**
   * The bit mask of a list: bit n is number n, the length a multiple of 8 bytes.
   *
   * @return empty for a list without numbers
   * @throws SetupException for what is no such list
   */
  public static byte[] parse(String list) {
    byte[] mask = new byte[MAX / 8];
    int highest = -1;
    int at = 0;
    while (at <= list.length()) {
      int comma = list.indexOf(',', at);
      String part = list.substring(at, comma < 0 ? list.length() : comma).strip();
      at = comma < 0 ? list.length() + 1 : comma + 1;
      if (part.isEmpty()) {
        continue;
      }
      int dash = part.indexOf('-');
      int first = number(dash < 0 ? part : part.substring(0, dash), list);
      int last = dash < 0 ? first : number(part.substring(dash + 1), list);
      if (first > last) {
        throw new SetupException("invalid range " + part + " in \"" + list + "\"");
      }
      for (int i = first; i <= last; i++) {
        mask[i >> 3] |= (byte) (1 << (i & 7));
      }
      highest = Math.max(highest, last);
    }
    return Arrays.copyOf(mask, (highest + 64) / 64 * 8);
  }

  private static int number(String text, String list) {
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        throw new SetupException("invalid number \"" + text + "\" in \"" + list + "\"");
      }
      value = value * 10 + digit - '0';
      if (value >= MAX) {
        throw new SetupException("number " + text + " in \"" + list + "\" is too high");
      }
    }
    if (text.isEmpty()) {
      throw new SetupException("a number is missing in \"" + list + "\"");
    }
    return value;
  }
}
