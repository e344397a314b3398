package dev.proa.timeline;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Sysno;
import java.util.HexFormat;

/**
 * Where spans belong: W3C Trace Context, traceparent.
 *
 * @param trace the trace's id, 32 hexadecimal digits
 * @param parent the caller's span, 16 digits; null where the caller has none
 * @param span the command's own span, 16 digits
 */
record Traceparent(String trace, String parent, String span) {
  private static final HexFormat HEX = HexFormat.of();
  private static final int LENGTH = 55; // 00-TRACE-SPAN-FLAGS

  /**
   * Continues the caller's trace, or begins one where the text is none.
   *
   * @param text the caller's TRACEPARENT, or null
   */
  static Traceparent of(Kernel kernel, String text) {
    String span = random(kernel, 8);
    if (isValid(text)) {
      return new Traceparent(text.substring(3, 35), text.substring(36, 52), span);
    }
    return new Traceparent(random(kernel, 16), null, span);
  }

  private static boolean isValid(String text) {
    if (text == null || text.length() < LENGTH || text.startsWith("ff")) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 2 || i == 35 || i == 52;
      boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !digit) {
        return false;
      }
    }
    return !text.startsWith("0".repeat(32), 3) && !text.startsWith("0".repeat(16), 36);
  }

  private static String random(Kernel kernel, int count) {
    byte[] bytes = new byte[count];
    kernel.must(Call.of(Sysno.GETRANDOM, Arg.out(bytes), Arg.of(count), Arg.of(0)));
    return HEX.formatHex(bytes);
  }

  /** An id for the span of that number below the command's own. */
  String child(int number) {
    // Odd steps through all 64-bit numbers: no two are the same, and none is the command's own.
    long id = Long.parseUnsignedLong(span, 16) + (number + 1) * 0x9e3779b97f4a7c15L;
    return HEX.toHexDigits(id == 0 ? 1 : id);
  }

  /** What a process below the command's span gets. */
  @Override
  public String toString() {
    return "00-" + trace + "-" + span + "-01";
  }
}
