package dev.proa.cli;

import java.nio.charset.StandardCharsets;

/** A line of a file with a caret below one of its columns. */
final class SourceLine {
  /** A file gets this much of a line: a config may be one line. */
  private static final int WIDEST = 100;

  private static final int MARGIN = 2;

  private SourceLine() {}

  /**
   * Appends the line and the caret's line.
   *
   * @param line from 1
   * @param column in characters, from 1
   */
  static void append(StringBuilder out, Screen screen, byte[] text, int line, int column) {
    int start = 0;
    for (int at = 1; at < line && start < text.length; start++) {
      at += text[start] == '\n' ? 1 : 0;
    }
    int end = start;
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    int[] points =
        new String(text, start, end - start, StandardCharsets.UTF_8).codePoints().toArray();
    int width = Math.max(20, Math.min(screen.width() - 1, WIDEST) - MARGIN);
    // What matters stays in sight: the window begins so that the column is in its first half.
    int from =
        points.length <= width
            ? 0
            : Math.max(0, Math.min(column - 1 - width / 2, points.length - width));
    int to = Math.min(points.length, from + width);
    StringBuilder shown = new StringBuilder();
    StringBuilder caret = new StringBuilder();
    for (int i = from; i < to; i++) {
      String one = points[i] == '\t' ? " " : Screen.printable(Character.toString(points[i]));
      shown.append(one);
      if (i < column - 1) {
        caret.append(" ".repeat(Screen.columns(one)));
      }
    }
    String margin = " ".repeat(MARGIN);
    out.append(margin).append(shown.toString().stripTrailing()).append('\n');
    out.append(margin).append(caret).append(screen.paint(Screen.Style.RED, "^")).append('\n');
  }
}
