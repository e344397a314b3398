package dev.proa.spec;

import java.util.ArrayList;
import java.util.List;

/** Violations as the rules find them; costs nothing while there are none. */
final class Findings {
  private final JsonDocument document;
  private List<Violation> violations;

  Findings(JsonDocument document) {
    this.document = document;
  }

  void add(String pointer, String message) {
    if (violations == null) {
      violations = new ArrayList<>();
    }
    violations.add(document.violation(pointer, message));
  }

  void throwIfAny() {
    if (violations != null) {
      throw document.invalid(violations);
    }
  }

  List<Violation> all() {
    return violations == null ? List.of() : violations;
  }

  /** {@code word} in quotes, for a message. */
  static String quoted(String word) {
    StringBuilder out = new StringBuilder();
    JsonText.quote(out, word);
    return out.toString();
  }
}
