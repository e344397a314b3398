package dev.proa.spec;

/** Strings as JSON text, escaped as Go's encoding/json does, because callers compare with runc. */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  /** Appends {@code value} in quotes. */
  static void quote(StringBuilder out, String value) {
    out.append('"');
    int clean = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (isPlain(c)) {
        continue;
      }
      if (Character.isSurrogate(c) && isPaired(value, i)) {
        continue;
      }
      out.append(value, clean, i);
      clean = i + 1;
      escape(out, c);
    }
    out.append(value, clean, value.length()).append('"');
  }

  private static boolean isPlain(char c) {
    if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&') {
      return false;
    }
    return c != '\u2028' && c != '\u2029' && !Character.isSurrogate(c);
  }

  private static boolean isPaired(String value, int i) {
    char c = value.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1));
    }
    return i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
  }

  private static void escape(StringBuilder out, char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      default -> {
        // A lone surrogate has no UTF-8 form: Go writes the replacement character.
        char written = Character.isSurrogate(c) ? '\ufffd' : c;
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(HEX.charAt((written >> shift) & 0xf));
        }
      }
    }
  }
}
