package dev.proa.cli;

import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.TerminalCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What stdout or stderr leads to: a terminal of some width, with colours, or a file, which gets
 * neither. {@code NO_COLOR} and {@code TERM=dumb} keep the colours away (no-color.org).
 *
 * @param isTerminal whether somebody looks at it
 * @param colours whether {@link #paint} does anything
 * @param width in columns; {@link #UNLIMITED} where lines are not to be broken
 */
record Screen(boolean isTerminal, boolean colours, int width) {
  /** The width of what has none. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  /** A file: no colours, lines of any length. */
  static final Screen FILE = new Screen(false, false, UNLIMITED);

  /** SGR codes of ECMA-48. */
  enum Style {
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    BLUE("34"),
    CYAN("36");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  /** Looks at what the descriptor is open on. */
  static Screen of(Kernel kernel, Fd fd, Map<String, String> environment) {
    TerminalCalls terminals = new TerminalCalls(kernel);
    if (terminals.attributes(fd) == null) {
      return FILE;
    }
    int[] size = terminals.size(fd);
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Screen(true, !plain, size == null || size[1] == 0 ? 80 : size[1]);
  }

  /** The text in that style, where there are colours. */
  String paint(Style style, String text) {
    return colours && !text.isEmpty() ? "\033[" + style.code + "m" + text + "\033[0m" : text;
  }

  /**
   * Text of an image, a program or a stranger's config as it may stand on a terminal: without
   * control characters, which could move the cursor or worse; they become {@code \x1b}.
   */
  static String printable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
        clean.append("\\x").append(Character.forDigit(c >> 4, 16));
        clean.append(Character.forDigit(c & 15, 16));
      } else {
        clean.append(c);
      }
    }
    return clean.toString();
  }

  /** How many columns the text takes: escape sequences none, East Asian characters two. */
  static int columns(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == 0x1b) {
        while (i < text.length() && text.charAt(i) != 'm') {
          i++;
        }
        i++;
      } else if (Character.getType(c) != Character.NON_SPACING_MARK) {
        columns += isWide(c) ? 2 : 1;
      }
    }
    return columns;
  }

  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115f)
        || (c >= 0x2e80 && c <= 0xa4cf)
        || (c >= 0xac00 && c <= 0xd7a3)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0xff00 && c <= 0xff60)
        || (c >= 0x1f300 && c <= 0x1faff);
  }

  /** The text in lines of at most {@code width} columns, broken at spaces; longer words stay. */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && columns(line.toString()) + 1 + columns(word) > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
