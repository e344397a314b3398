package dev.proa.spec;

/**
 * One thing wrong with a document: where, and what.
 *
 * @param pointer the JSON pointer (RFC 6901) of the value; of a missing member, the pointer it
 *     would have
 * @param line line of the value, from 1; of a missing member, that of the object that lacks it
 * @param column column of the value in characters, from 1
 * @param message a lower-case sentence
 */
public record Violation(String pointer, int line, int column, String message) {

  /** The pointer as people write it: {@code linux.namespaces[2].type}; empty for the document. */
  public String path() {
    return JsonPointer.dotted(pointer);
  }

  /** The order of the text. */
  public static int byPlace(Violation a, Violation b) {
    int lines = Integer.compare(a.line, b.line);
    return lines != 0 ? lines : Integer.compare(a.column, b.column);
  }

  /** Appends {@code line:column: path: message}. */
  void appendTo(StringBuilder text) {
    text.append(line).append(':').append(column).append(": ");
    String path = path();
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    text.append(message);
  }
}
