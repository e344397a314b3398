package dev.proa.spec;

import java.util.List;

/**
 * A document that is not what the runtime-spec asks for. Its message is what a compiler would
 * print: one violation a line, {@code config.json:42:17: linux.namespaces[2].type: ...}.
 */
public final class InvalidSpecException extends RuntimeException {
  private final String document;
  private final List<Violation> violations;

  /**
   * @param document name of the document, as it is to be printed
   * @param violations at least one, in the order of the text
   */
  public InvalidSpecException(String document, List<Violation> violations) {
    super(message(document, violations));
    this.document = document;
    this.violations = List.copyOf(violations);
  }

  /** Name of the document. */
  public String document() {
    return document;
  }

  /** Everything found wrong, in the order of the text. */
  public List<Violation> violations() {
    return violations;
  }

  private static String message(String document, List<Violation> violations) {
    StringBuilder text = new StringBuilder();
    for (Violation violation : violations) {
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append(document).append(':');
      violation.appendTo(text);
    }
    return text.toString();
  }
}
