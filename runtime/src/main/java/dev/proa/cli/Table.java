package dev.proa.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in aligned columns, two spaces apart; the last column is broken at spaces where the screen
 * ends. Cells may be painted.
 */
final class Table {
  private static final int GAP = 2;

  /** A last column that gets less than this is not broken: its lines run over instead. */
  private static final int NARROW = 24;

  private final Screen screen;
  private final List<String[]> rows = new ArrayList<>();
  private final List<Integer> right = new ArrayList<>();
  private String indent = "";

  /** An empty table for that screen. */
  Table(Screen screen) {
    this.screen = screen;
  }

  /** Puts every line so many columns to the right. */
  Table indent(int columns) {
    indent = " ".repeat(columns);
    return this;
  }

  /** Aligns a column, counted from 0, to the right: figures. */
  Table right(int column) {
    right.add(column);
    return this;
  }

  /** Adds a row of bold cells. */
  Table headings(String... cells) {
    String[] bold = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      bold[i] = screen.paint(Screen.Style.BOLD, cells[i]);
    }
    return row(bold);
  }

  /** Adds a row; rows may have different numbers of cells. */
  Table row(String... cells) {
    rows.add(cells);
    return this;
  }

  /** All rows, a newline after each. */
  String text() {
    List<Integer> widths = new ArrayList<>();
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        int width = Screen.columns(row[i]);
        if (i == widths.size()) {
          widths.add(width);
        } else {
          widths.set(i, Math.max(widths.get(i), width));
        }
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      append(text, row, widths);
    }
    return text.toString();
  }

  private void append(StringBuilder text, String[] row, List<Integer> widths) {
    StringBuilder line = new StringBuilder(indent);
    for (int i = 0; i < row.length - 1; i++) {
      pad(line, row[i], i, widths.get(i));
      line.append(" ".repeat(GAP));
    }
    int at = Screen.columns(line.toString());
    String last = row.length == 0 ? "" : row[row.length - 1];
    if (right.contains(row.length - 1)) {
      pad(line, last, row.length - 1, widths.get(row.length - 1));
      last = "";
    }
    int left = screen.width() - at;
    List<String> lines = left < NARROW ? List.of(last) : Screen.wrap(last, left);
    for (int i = 0; i < lines.size(); i++) {
      line.append(i == 0 ? "" : " ".repeat(at)).append(lines.get(i));
      text.append(line.toString().stripTrailing()).append('\n');
      line.setLength(0);
    }
  }

  private void pad(StringBuilder line, String cell, int column, int width) {
    String space = " ".repeat(width - Screen.columns(cell));
    line.append(right.contains(column) ? space + cell : cell + space);
  }
}
