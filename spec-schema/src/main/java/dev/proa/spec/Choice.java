package dev.proa.spec;

import java.util.List;

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
    return word.toLowerCase(java.util.Locale.ROOT);
  }

  /** Levenshtein's distance: insertions, deletions and replacements of one character. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
