package dev.proa.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Holds documents against the schemas and says everything that is wrong with them. */
public final class SpecValidator {
  /** Finding a place scans the text, so a hostile document must not ask for it without end. */
  static final int MAX_VIOLATIONS = 100;

  private SpecValidator() {}

  /**
   * Validates config.json.
   *
   * @throws InvalidSpecException with every violation
   */
  public static void config(JsonDocument document) {
    validate(Schemas.CONFIG, document);
  }

  /**
   * Validates a process, the document of exec --process.
   *
   * @throws InvalidSpecException with every violation
   */
  public static void process(JsonDocument document) {
    validate(Schemas.PROCESS, document);
  }

  /**
   * Validates resources, the document of update --resources.
   *
   * @throws InvalidSpecException with every violation
   */
  public static void resources(JsonDocument document) {
    validate(Schemas.RESOURCES, document);
  }

  /**
   * Validates a container's state as hooks get it.
   *
   * @throws InvalidSpecException with every violation
   */
  public static void state(JsonDocument document) {
    validate(Schemas.STATE, document);
  }

  /**
   * Validates a features document.
   *
   * @throws InvalidSpecException with every violation
   */
  public static void features(JsonDocument document) {
    validate(Schemas.FEATURES, document);
  }

  /**
   * What {@link #config} refuses, without an exception.
   *
   * @param each gets the pointer of each, and the word that was probably meant there, or null
   */
  static List<Violation> faults(JsonDocument document, BiConsumer<String, String> each) {
    List<Error> errors = Schemas.CONFIG.validate(document.tree());
    List<Violation> violations = violations(document, errors);
    for (Error error : errors) {
      String pointer = error.getInstanceLocation().toString();
      if (error.getKeyword().equals("required")) {
        pointer = JsonPointer.member(pointer, error.getProperty());
      }
      each.accept(pointer, meant(error, document.at(pointer)));
    }
    return violations;
  }

  private static String meant(Error error, Json value) {
    return error.getKeyword().equals("enum") && value != null && value.node().isTextual()
        ? Choice.nearest(value.node().textValue(), words(error.getSchemaNode()))
        : null;
  }

  private static void validate(Schema schema, JsonDocument document) {
    List<Error> errors = schema.validate(document.tree());
    if (!errors.isEmpty()) {
      throw document.invalid(violations(document, errors));
    }
  }

  private static List<Violation> violations(JsonDocument document, List<Error> errors) {
    List<Violation> violations = new ArrayList<>(errors.size());
    for (Error error : errors) {
      if (violations.size() == MAX_VIOLATIONS) {
        violations.add(
            document.violation("", "more than 100 violations; the others are not shown"));
        break;
      }
      Violation violation = violation(document, error);
      if (!violations.contains(violation)) {
        violations.add(violation);
      }
    }
    return violations;
  }

  private static Violation violation(JsonDocument document, Error error) {
    String pointer = error.getInstanceLocation().toString();
    if (error.getKeyword().equals("required")) {
      return document.violation(
          JsonPointer.member(pointer, error.getProperty()), "required but missing");
    }
    return document.violation(pointer, message(error, document.at(pointer).node()));
  }

  private static String message(Error error, JsonNode value) {
    JsonNode wanted = error.getSchemaNode();
    return switch (error.getKeyword()) {
      case "type" -> "must be " + article(wanted.asText()) + ", not " + actual(wanted, value);
      case "enum" ->
          value.isTextual()
              ? Choice.refuse(value.textValue(), words(wanted))
              : "must be a string, not " + Json.typeOf(value);
      case "minimum" -> value.asText() + " is less than " + wanted.asText();
      case "maximum" -> value.asText() + " is greater than " + wanted.asText();
      case "minItems" -> "must not be empty";
      case "pattern" -> quoted(value.asText()) + " does not match " + wanted.asText();
      default -> "breaks the schema's rule \"" + error.getKeyword() + "\"";
    };
  }

  private static String article(String type) {
    return switch (type) {
      case "array", "integer", "object" -> "an " + type;
      default -> "a " + type;
    };
  }

  private static String actual(JsonNode wanted, JsonNode value) {
    boolean fraction = value.isNumber() && wanted.asText().equals("integer");
    return fraction ? value.asText() : Json.typeOf(value);
  }

  private static List<String> words(JsonNode array) {
    List<String> words = new ArrayList<>(array.size());
    for (JsonNode word : array) {
      words.add(word.asText());
    }
    return words;
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder();
    JsonText.quote(out, text);
    return out.toString();
  }
}
