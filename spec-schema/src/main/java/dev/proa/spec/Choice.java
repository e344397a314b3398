package dev.proa.spec;

import java.util.List;
import java.util.Locale;

/** The message for a word that is not in a list, with the word that was probably meant. */
public final class Choice {
  private Choice() {}

  /** {@code "pidd" is not one of "pid", "network"; did you mean "pid"?}. */
  public static String refuse(String word, List<String> allowed) {
    StringBuilder text = new StringBuilder();
    JsonText.quote(text, word);
    text.append(" is not one of ");
    for (int i = 0; i < allowed.size(); i++) {
      if (i > 0) {
        text.append(", ");
      }
      JsonText.quote(text, allowed.get(i));
    }
    String meant = nearest(word, allowed);
    if (meant != null) {
      text.append("; did you mean ");
      JsonText.quote(text, meant);
      text.append('?');
    }
    return text.toString();
  }

  /** The nearest word, if no more than a third of it would have to change; else null. */
  public static String nearest(String word, List<String> allowed) {
    if (word.length() > 64) {
      return null;
    }
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : allowed) {
      int distance = distance(lower(word), lower(candidate));
      int most = Math.max(1, candidate.length() / 3);
      if (distance <= most && distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  /**
   * The optimal string alignment distance: insertions, deletions, replacements of one character,
   * and swaps of two neighbours, which is what fingers do.
   */
  private static int distance(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int least = Math.min(rows[i - 1][j], rows[i][j - 1]) + 1;
        least = Math.min(least, rows[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, rows[i - 2][j - 2] + 1);
        }
        rows[i][j] = least;
      }
    }
    return rows[a.length()][b.length()];
  }
}
