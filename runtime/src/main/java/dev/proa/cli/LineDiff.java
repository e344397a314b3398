package dev.proa.cli;

import java.util.List;

/** What differs between two texts, line by line, as diff(1) prints it with some lines around. */
final class LineDiff {
  private static final int AROUND = 2;

  private LineDiff() {}

  /** The differences; empty where there are none. */
  static String of(Screen screen, List<String> before, List<String> after) {
    int[][] common = common(before, after);
    StringBuilder all = new StringBuilder();
    int i = 0;
    int j = 0;
    int shown = 0; // lines of before that are printed already, or passed over
    while (i < before.size() || j < after.size()) {
      if (isSame(before, after, i, j)) {
        i++;
        j++;
        continue;
      }
      context(all, before, Math.max(shown, i - AROUND), i, shown);
      while ((i < before.size() || j < after.size()) && !isSame(before, after, i, j)) {
        if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
          all.append(screen.paint(Screen.Style.RED, "-" + before.get(i++))).append('\n');
        } else {
          all.append(screen.paint(Screen.Style.GREEN, "+" + after.get(j++))).append('\n');
        }
      }
      shown = i;
    }
    return all.toString();
  }

  private static boolean isSame(List<String> before, List<String> after, int i, int j) {
    return i < before.size() && j < after.size() && before.get(i).equals(after.get(j));
  }

  /**
   * The lines before a difference, and where some were left out the headings that they are under.
   */
  private static void context(StringBuilder all, List<String> before, int from, int to, int shown) {
    if (from > shown) {
      heading(all, before, from, shown, 0);
      heading(all, before, from, shown, 2);
    }
    for (int i = from; i < to; i++) {
      all.append(' ').append(before.get(i)).append('\n');
    }
  }

  private static void heading(
      StringBuilder all, List<String> before, int from, int shown, int indent) {
    for (int i = from - 1; i >= shown; i--) {
      int spaces = before.get(i).length() - before.get(i).stripLeading().length();
      if (!before.get(i).isEmpty() && spaces < indent) {
        return;
      }
      if (!before.get(i).isEmpty() && spaces == indent) {
        all.append(' ').append(before.get(i)).append('\n');
        return;
      }
    }
  }

  /** For each pair of ends, how many lines a longest common subsequence has. */
  private static int[][] common(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
