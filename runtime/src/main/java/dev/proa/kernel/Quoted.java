package dev.proa.kernel;

/** Text in double quotes with C escapes, as strace(1) prints strings. */
final class Quoted {
  private Quoted() {}

  static String of(byte[] bytes, int limit) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < bytes.length && i < limit; i++) {
      int b = bytes[i] & 0xff;
      switch (b) {
        case '"', '\\' -> text.append('\\').append((char) b);
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '\r' -> text.append("\\r");
        default -> {
          if (b >= 0x20 && b < 0x7f) {
            text.append((char) b);
          } else {
            text.append('\\').append(Integer.toOctalString(b));
          }
        }
      }
    }
    return text.append('"').append(bytes.length > limit ? "..." : "").toString();
  }
}
