package dev.proa.operation;

import java.util.Locale;

/** The numbers that {@code update} takes as text, with Go's words for what is none. */
final class Quantity {
  private static final String UNITS = "kmgtp";

  private Quantity() {}

  /**
   * Bytes as docker/go-units' RAMInBytes reads them: {@code 100M}, {@code 1.5g}, {@code 32 MiB};
   * units are powers of 1024. {@code -1} is no limit.
   *
   * @param flag the flag that it was given for
   * @return null where the text is null or empty: not given
   */
  static Long bytes(String flag, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (text.equals("-1")) {
      return -1L;
    }
    int end = 0;
    boolean digits = false;
    boolean point = false;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '.' && digits && !point) {
        point = true;
      } else if (c >= '0' && c <= '9') {
        digits = true;
      } else {
        break;
      }
      end++;
    }
    int unit = end < text.length() && text.charAt(end) == ' ' ? end + 1 : end;
    long factor = digits ? factor(text.substring(unit)) : 0;
    if (factor == 0) {
      throw new OperationException("invalid value for " + flag + ": invalid size: '" + text + "'");
    }
    String number = text.substring(0, end);
    return point ? (long) (Double.parseDouble(number) * factor) : product(flag, number, factor);
  }

  /** What a unit stands for; 0 where it is none. */
  private static long factor(String unit) {
    String lower = unit.toLowerCase(Locale.ROOT);
    if (lower.isEmpty() || lower.equals("b")) {
      return 1;
    }
    int power = UNITS.indexOf(lower.charAt(0)) + 1;
    String rest = lower.substring(1);
    boolean known = power > 0 && (rest.isEmpty() || rest.equals("b") || rest.equals("ib"));
    return known ? 1L << (10 * power) : 0;
  }

  private static long product(String flag, String number, long factor) {
    try {
      return Math.multiplyExact(Long.parseLong(number), factor);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new OperationException(
          "invalid value for " + flag + ": \"" + number + "\": value out of range");
    }
  }

  /** A signed decimal number; null where the text is null or empty. */
  static Long signed(String flag, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      boolean negative = text.startsWith("-") || text.startsWith("+");
      throw wrong(flag, "ParseInt", text, negative ? text.substring(1) : text);
    }
  }

  /** An unsigned decimal number of 64 bits; null where the text is null or empty. */
  static Long unsigned(String flag, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      if (text.startsWith("+")) {
        throw new NumberFormatException(text);
      }
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw wrong(flag, "ParseUint", text, text);
    }
  }

  private static OperationException wrong(String flag, String how, String text, String digits) {
    boolean number = !digits.isEmpty();
    for (int i = 0; i < digits.length(); i++) {
      number &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    return new OperationException(
        "invalid value for "
            + flag
            + ": strconv."
            + how
            + ": parsing \""
            + text
            + "\": "
            + (number ? "value out of range" : "invalid syntax"));
  }
}
