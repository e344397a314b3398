package dev.proa.spec;

import java.util.ArrayList;
import java.util.List;

/** RFC 6901 pointers as text: made, taken apart, and written the way people do. */
final class JsonPointer {
  private JsonPointer() {}

  /** The pointer of a member. */
  static String member(String pointer, String name) {
    StringBuilder text = new StringBuilder(pointer.length() + name.length() + 1);
    text.append(pointer).append('/');
    appendEscaped(text, name);
    return text.toString();
  }

  /** Appends a reference token, {@code ~} as {@code ~0} and {@code /} as {@code ~1}. */
  static void appendEscaped(StringBuilder text, String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      switch (c) {
        case '~' -> text.append("~0");
        case '/' -> text.append("~1");
        default -> text.append(c);
      }
    }
  }

  /** The reference tokens, unescaped. */
  static List<String> tokens(String pointer) {
    List<String> tokens = new ArrayList<>();
    int start = 1;
    while (start <= pointer.length()) {
      int end = pointer.indexOf('/', start);
      if (end < 0) {
        end = pointer.length();
      }
      tokens.add(pointer.substring(start, end).replace("~1", "/").replace("~0", "~"));
      start = end + 1;
    }
    return tokens;
  }

  /**
   * {@code /linux/namespaces/2/type} as {@code linux.namespaces[2].type}; names that are no
   * identifiers as {@code annotations["a.b"]}.
   */
  static String dotted(String pointer) {
    StringBuilder text = new StringBuilder(pointer.length() + 8);
    for (String token : tokens(pointer)) {
      if (isIndex(token)) {
        text.append('[').append(token).append(']');
      } else if (isIdentifier(token)) {
        if (!text.isEmpty()) {
          text.append('.');
        }
        text.append(token);
      } else {
        text.append('[');
        JsonText.quote(text, token);
        text.append(']');
      }
    }
    return text.toString();
  }

  private static boolean isIndex(String token) {
    for (int i = 0; i < token.length(); i++) {
      if (token.charAt(i) < '0' || token.charAt(i) > '9') {
        return false;
      }
    }
    return !token.isEmpty();
  }

  private static boolean isIdentifier(String token) {
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
      boolean inside = (c >= '0' && c <= '9') || c == '-';
      if (!letter && !(inside && i > 0)) {
        return false;
      }
    }
    return !token.isEmpty();
  }
}
