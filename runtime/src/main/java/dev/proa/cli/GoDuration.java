package dev.proa.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as Go's time.ParseDuration reads them, in nanoseconds: {@code 1m30s}, {@code 1.5h}. */
final class GoDuration implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return 0L;
    }
    if (rest.isEmpty()) {
      throw wrong(text);
    }
    double total = 0;
    int at = 0;
    while (at < rest.length()) {
      int unit = at;
      while (unit < rest.length() && isNumeric(rest.charAt(unit))) {
        unit++;
      }
      int end = unit;
      while (end < rest.length() && !isNumeric(rest.charAt(end))) {
        end++;
      }
      total += number(text, rest.substring(at, unit)) * nanos(text, rest.substring(unit, end));
      at = end;
    }
    if (total > Long.MAX_VALUE) {
      throw wrong(text);
    }
    return negative ? -(long) total : (long) total;
  }

  private static boolean isNumeric(char c) {
    return c == '.' || (c >= '0' && c <= '9');
  }

  private static double number(String text, String number) {
    try {
      return Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
  }

  private static double nanos(String text, String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "\u00b5s", "\u03bcs" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      default -> throw wrong(text);
    };
  }

  private static TypeConversionException wrong(String text) {
    return new TypeConversionException("time: invalid duration \"" + text + "\"");
  }
}
