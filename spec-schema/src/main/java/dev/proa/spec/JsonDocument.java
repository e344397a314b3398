package dev.proa.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A parsed JSON text that can still say where each of its values stood. */
public final class JsonDocument {
  /** A text of more bytes than this is refused. */
  public static final int MAX_BYTES = JsonTree.MAX_BYTES;

  private final String name;
  private final byte[] text;
  private final JsonNode tree;

  private JsonDocument(String name, byte[] text, JsonNode tree) {
    this.name = name;
    this.text = text;
    this.tree = tree;
  }

  /**
   * Parses one JSON value in UTF-8 and nothing after it.
   *
   * @param name what errors call the document
   * @param text kept, not copied
   * @throws InvalidSpecException for malformed text, a name that comes twice in one object, data
   *     after the value, and what exceeds {@link JsonTree}'s limits
   */
  public static JsonDocument parse(String name, byte[] text) {
    return new JsonDocument(name, text, JsonTree.parse(name, text));
  }

  /** What errors call this document. */
  public String name() {
    return name;
  }

  /** The whole value. */
  public Json root() {
    return new Json(this, null, null, 0, tree);
  }

  /** The value at a pointer, or null. */
  public Json at(String pointer) {
    Json json = root();
    for (String token : JsonPointer.tokens(pointer)) {
      json = json.step(token);
      if (json == null) {
        return null;
      }
    }
    return json;
  }

  /**
   * Line and column, from 1, of the value at {@code pointer}, or of the innermost value around it
   * that exists. Scans the text again, so that only what fails costs time.
   */
  public Position locate(String pointer) {
    return JsonTree.locate(text, JsonPointer.tokens(pointer));
  }

  /** A violation at a pointer of this document. */
  public Violation violation(String pointer, String message) {
    Position position = locate(pointer);
    return new Violation(pointer, position.line(), position.column(), message);
  }

  /** An exception for one violation. */
  public InvalidSpecException invalid(String pointer, String message) {
    return new InvalidSpecException(name, List.of(violation(pointer, message)));
  }

  /** An exception for several violations, put into the order of the text. */
  public InvalidSpecException invalid(List<Violation> violations) {
    return new InvalidSpecException(name, sorted(violations));
  }

  /** The violations in the order of the text. */
  static List<Violation> sorted(List<Violation> violations) {
    List<Violation> sorted = new ArrayList<>(violations);
    sorted.sort(Violation::byPlace);
    return sorted;
  }

  /** The same text with another tree: places are those of the text. */
  JsonDocument with(JsonNode other) {
    return new JsonDocument(name, text, other);
  }

  JsonNode tree() {
    return tree;
  }

  /**
   * A place in a text.
   *
   * @param line from 1
   * @param column in characters, from 1
   */
  public record Position(int line, int column) {}
}
