package dev.proa.spec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.proa.spec.JsonDocument.Position;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Text to tree, with limits that no honest document comes near and that keep a hostile one from
 * eating the host: 16 MiB of text, 128 levels, 300,000 values, 64 characters for a number, 4 MiB
 * for a string. The largest configs that are known have a few thousand values; what these limits
 * let through fits into the heap of the executable.
 */
final class JsonTree {
  static final int MAX_BYTES = 16 << 20;
  static final int MAX_DEPTH = 128;
  static final int MAX_VALUES = 300_000;
  static final int MAX_NUMBER = 64;
  static final int MAX_STRING = 4 << 20;

  // The limits are checked here, with messages of our own; Jackson's lie just beyond them.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // a search in all of the image's strings
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH + 2)
                  .maxNumberLength(MAX_BYTES)
                  .maxNameLength(MAX_BYTES)
                  .maxStringLength(MAX_BYTES)
                  .build())
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String name;
  private final byte[] text;
  private final JsonParser parser;
  private int values;

  private JsonTree(String name, byte[] text, JsonParser parser) {
    this.name = name;
    this.text = text;
    this.parser = parser;
  }

  static JsonNode parse(String name, byte[] text) {
    if (text.length > MAX_BYTES) {
      throw error(name, new Position(1, 1), "larger than 16 MiB");
    }
    requireUtf8(name, text);
    try (JsonParser parser = FACTORY.createParser(text)) {
      return new JsonTree(name, text, parser).document();
    } catch (JsonProcessingException e) {
      throw error(name, position(text, e.getLocation().getByteOffset()), reason(e));
    } catch (IOException e) {
      throw error(name, new Position(1, 1), "malformed JSON: " + e.getMessage());
    }
  }

  /** Where the value at the pointer starts, or the innermost value around it that exists. */
  static Position locate(byte[] text, List<String> tokens) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      long offset = parser.currentTokenLocation().getByteOffset();
      for (String token : tokens) {
        if (!enter(parser, token)) {
          break;
        }
        offset = parser.currentTokenLocation().getByteOffset();
      }
      return position(text, offset);
    } catch (IOException e) {
      return new Position(1, 1);
    }
  }

  private static boolean enter(JsonParser parser, String token) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals(token);
        parser.nextToken();
        if (found) {
          return true;
        }
        parser.skipChildren();
      }
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        if (Integer.toString(i).equals(token)) {
          return true;
        }
        parser.skipChildren();
      }
    }
    return false;
  }

  private JsonNode document() throws IOException {
    if (parser.nextToken() == null) {
      throw error(name, position(text, text.length), "malformed JSON: the document is empty");
    }
    JsonNode node = value(1);
    if (parser.nextToken() != null) {
      throw error("data after the end of the document");
    }
    return node;
  }

  private JsonNode value(int depth) throws IOException {
    if (++values > MAX_VALUES) {
      throw error("more than 300000 values");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(depth);
      case START_ARRAY -> array(depth);
      case VALUE_STRING -> {
        if (parser.getTextLength() > MAX_STRING) {
          throw error("string of more than 4 MiB");
        }
        yield NODES.textNode(parser.getText());
      }
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> {
        requireShortNumber();
        yield NODES.numberNode(parser.getDoubleValue());
      }
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw error("malformed JSON: unexpected " + parser.currentToken());
    };
  }

  private ObjectNode object(int depth) throws IOException {
    requireDepth(depth);
    ObjectNode object = NODES.objectNode();
    for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
      if (object.has(member)) {
        // Parsers disagree on which one counts; a config must not mean two things.
        StringBuilder message = new StringBuilder("the name ");
        JsonText.quote(message, member);
        throw error(message.append(" comes twice in one object").toString());
      }
      parser.nextToken();
      object.set(member, value(depth + 1));
    }
    return object;
  }

  private ArrayNode array(int depth) throws IOException {
    requireDepth(depth);
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(depth + 1));
    }
    return array;
  }

  private JsonNode integer() throws IOException {
    requireShortNumber();
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private void requireDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw error("nested more than " + MAX_DEPTH + " levels deep");
    }
  }

  private void requireShortNumber() throws IOException {
    if (parser.getTextLength() > MAX_NUMBER) {
      throw error("number of more than " + MAX_NUMBER + " characters");
    }
  }

  private InvalidSpecException error(String message) {
    return error(name, position(text, parser.currentTokenLocation().getByteOffset()), message);
  }

  private static InvalidSpecException error(String name, Position position, String message) {
    return new InvalidSpecException(
        name, List.of(new Violation("", position.line(), position.column(), message)));
  }

  /** Jackson would guess UTF-16 and UTF-32; the spec's documents are UTF-8 (RFC 8259, 8.1). */
  private static void requireUtf8(String name, byte[] text) {
    for (int i = 0; i < Math.min(4, text.length); i++) {
      if (text[i] == 0 || text[i] == (byte) 0xfe || text[i] == (byte) 0xff) {
        throw error(name, new Position(1, 1), "malformed JSON: not UTF-8 text");
      }
    }
  }

  private static String reason(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    // Jackson's hints about its own options and objects help nobody here.
    for (String hint : List.of("\n", " (for ", " (start marker", " [Source")) {
      int at = message.indexOf(hint);
      if (at > 0) {
        message = message.substring(0, at);
      }
    }
    return "malformed JSON: " + Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  /** Line and column of a byte; columns count characters, not bytes. */
  private static Position position(byte[] text, long offset) {
    int line = 1;
    int column = 1;
    int end = (int) Math.min(Math.max(offset, 0), text.length);
    for (int i = 0; i < end; i++) {
      if (text[i] == '\n') {
        line++;
        column = 1;
      } else if ((text[i] & 0xc0) != 0x80) {
        column++;
      }
    }
    return new Position(line, column);
  }

  /** The tree as text, member by member, so that the writer's layout holds. */
  static void write(JsonNode node, JsonWriter writer) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        writer.beginObject();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
          writer.name(entry.getKey());
          write(entry.getValue(), writer);
        }
        writer.endObject();
      }
      case ARRAY -> {
        writer.beginArray();
        for (JsonNode element : node) {
          write(element, writer);
        }
        writer.endArray();
      }
      case STRING -> writer.value(node.textValue());
      case BOOLEAN -> writer.value(node.booleanValue());
      case NUMBER -> writer.literal(node.asText());
      default -> writer.nullValue();
    }
  }
}
