package dev.proa.cgroup.systemd;

import java.util.ArrayList;
import java.util.List;

/**
 * Values written as text, as in GLib's GVariant Text Format: {@code true}, {@code 'text'}, {@code
 * 5}, {@code uint64 5}, {@code @t 5}, {@code ['a', 'b']}, {@code ('a', 5)}, {@code <5>}. A number
 * without a type is an int32, or a double where it has a point or an exponent. Byte strings and
 * dictionaries, which no property of a unit has, are not read.
 */
final class VariantText {
  private final String text;
  private int at;

  private VariantText(String text) {
    this.text = text;
  }

  /**
   * The value that the text says.
   *
   * @throws IllegalArgumentException with the reason, if it says none
   */
  static Variant parse(String text) {
    VariantText parser = new VariantText(text);
    Variant value = parser.value(null);
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.unexpected();
    }
    return value;
  }

  /**
   * A value.
   *
   * @param type the type that it must have, or null where it tells its type itself
   */
  private Variant value(String type) {
    skipSpace();
    if (at == text.length()) {
      throw new IllegalArgumentException("a value is missing");
    }
    char c = text.charAt(at);
    return switch (c) {
      case '@' -> annotated();
      case '\'', '"' -> new Variant(textType(type), string(c));
      case '[' -> array(type);
      case '(' -> tuple(type);
      case '<' -> {
        at++;
        Variant inner = value(null);
        expect('>');
        yield new Variant(must(type, "v"), inner);
      }
      default -> word(type);
    };
  }

  private Variant annotated() {
    int space = text.indexOf(' ', at);
    String type = text.substring(at + 1, space < 0 ? text.length() : space);
    if (Signature.end(type, 0) != type.length()) {
      throw new IllegalArgumentException("\"@" + type + "\" is no single type");
    }
    at += 1 + type.length();
    return value(type);
  }

  /** {@code true}, a number, or a type's name and a value. */
  private Variant word(String type) {
    int start = at;
    while (at < text.length() && " \t\n,])>".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    if (word.equals("true") || word.equals("false")) {
      return new Variant(must(type, "b"), word.equals("true"));
    }
    String named =
        switch (word) {
          case "boolean" -> "b";
          case "byte" -> "y";
          case "int16" -> "n";
          case "uint16" -> "q";
          case "int32" -> "i";
          case "uint32" -> "u";
          case "int64" -> "x";
          case "uint64" -> "t";
          case "double" -> "d";
          case "string" -> "s";
          case "objectpath" -> "o";
          case "signature" -> "g";
          default -> null;
        };
    if (named != null) {
      return value(must(type, named));
    }
    if (word.isEmpty() || "+-.0123456789".indexOf(word.charAt(0)) < 0) {
      at = start;
      throw unexpected();
    }
    return number(word, type);
  }

  private static Variant number(String word, String type) {
    boolean hex = word.contains("0x");
    boolean real = !hex && (word.indexOf('.') >= 0 || word.indexOf('e') >= 0);
    String wanted = type == null ? (real ? "d" : "i") : type;
    try {
      if (wanted.equals("d")) {
        return new Variant("d", Double.parseDouble(word));
      }
      if ("ynqiuxt".contains(wanted)) {
        return new Variant(wanted, integer(word, wanted));
      }
    } catch (NumberFormatException e) {
      // below
    }
    throw new IllegalArgumentException("\"" + word + "\" is no value of type " + wanted);
  }

  private static long integer(String word, String type) {
    boolean minus = word.startsWith("-");
    String digits = minus || word.startsWith("+") ? word.substring(1) : word;
    int radix = 10;
    if (digits.startsWith("0x")) {
      radix = 16;
      digits = digits.substring(2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      radix = 8;
    }
    if (type.equals("t")) {
      if (minus || digits.startsWith("-")) {
        throw new NumberFormatException();
      }
      return Long.parseUnsignedLong(digits, radix);
    }
    long value = Long.parseLong(minus ? "-" + digits : digits, radix);
    long max =
        switch (type) {
          case "y" -> 0xff;
          case "n" -> Short.MAX_VALUE;
          case "q" -> 0xffff;
          case "i" -> Integer.MAX_VALUE;
          case "u" -> 0xffffffffL;
          default -> Long.MAX_VALUE;
        };
    long min = "nix".contains(type) ? -max - 1 : 0;
    if (value < min || value > max) {
      throw new NumberFormatException();
    }
    return value;
  }

  private String string(char quote) {
    StringBuilder plain = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == quote) {
        at++;
        return plain.toString();
      }
      if (c == '\\' && at + 1 < text.length()) {
        at++;
        c =
            switch (text.charAt(at)) {
              case 'n' -> '\n';
              case 't' -> '\t';
              case 'r' -> '\r';
              default -> text.charAt(at);
            };
      }
      plain.append(c);
    }
    throw new IllegalArgumentException("the string has no end");
  }

  /** Where the type is not given, all elements have the first one's. */
  private Variant array(String type) {
    at++;
    if (type != null && !type.startsWith("a")) {
      throw new IllegalArgumentException("an array where type " + type + " is wanted");
    }
    String element = type == null ? null : type.substring(1);
    List<Object> values = new ArrayList<>();
    while (!next(']', values.isEmpty())) {
      Variant value = value(element);
      element = value.signature();
      values.add(value.value());
    }
    if (element == null) {
      throw new IllegalArgumentException("an empty array needs a type: \"@as []\"");
    }
    return new Variant("a" + element, values);
  }

  private Variant tuple(String type) {
    at++;
    StringBuilder types = new StringBuilder("(");
    List<Object> values = new ArrayList<>();
    int from = 1;
    while (!next(')', values.isEmpty())) {
      String element = null;
      if (type != null) {
        int end = Signature.end(type, from);
        element = type.substring(from, end);
        from = end;
      }
      Variant value = value(element);
      types.append(value.signature());
      values.add(value.value());
    }
    return new Variant(must(type, types.append(')').toString()), values);
  }

  /** Whether the list ends here; else the comma before the next element is passed over. */
  private boolean next(char close, boolean first) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == close) {
      at++;
      return true;
    }
    if (!first) {
      expect(',');
    }
    return false;
  }

  private static String textType(String type) {
    return type != null && (type.equals("o") || type.equals("g")) ? type : must(type, "s");
  }

  private static String must(String wanted, String type) {
    if (wanted != null && !wanted.equals(type)) {
      throw new IllegalArgumentException("type " + type + " where " + wanted + " is wanted");
    }
    return type;
  }

  private void expect(char c) {
    skipSpace();
    if (at == text.length() || text.charAt(at) != c) {
      throw unexpected();
    }
    at++;
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException(
        at == text.length() ? "the value has no end" : "unexpected \"" + text.substring(at) + "\"");
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }
}
