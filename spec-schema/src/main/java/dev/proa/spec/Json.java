package dev.proa.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A value of a document, with the way to it: what records read themselves from. A member that is
 * {@code null} counts as absent, as it does for Go programs. Every reader throws {@link
 * InvalidSpecException} with pointer, line and column for a value of another type or out of range.
 */
public final class Json {
  private static final String INTEGER = "an integer";

  private final JsonDocument document;
  private final Json parent;
  private final String name;
  private final int index;
  private final JsonNode node;

  Json(JsonDocument document, Json parent, String name, int index, JsonNode node) {
    this.document = document;
    this.parent = parent;
    this.name = name;
    this.index = index;
    this.node = node;
  }

  /** The document this value stands in. */
  public JsonDocument document() {
    return document;
  }

  /** RFC 6901 pointer to this value; the empty string for the document. */
  public String pointer() {
    StringBuilder text = new StringBuilder();
    appendPointer(text);
    return text.toString();
  }

  /** The pointer as people write it: {@code mounts[0].options[1]}. */
  public String path() {
    return JsonPointer.dotted(pointer());
  }

  /** Whether the member is there and not null. */
  public boolean has(String member) {
    JsonNode child = node.get(member);
    return child != null && !child.isNull();
  }

  /** Names of this object's members, in their order; empty if this is no object. */
  public List<String> names() {
    List<String> names = new ArrayList<>(node.size());
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A member's string. */
  public String text(String member) {
    return required(member).asText();
  }

  /** A member's string, or null if absent. */
  public String textOrNull(String member) {
    Json child = child(member);
    return child == null ? null : child.asText();
  }

  /** A member's string, or {@code absent}. */
  public String text(String member, String absent) {
    Json child = child(member);
    return child == null ? absent : child.asText();
  }

  /** A member's boolean, or {@code absent}. */
  public boolean bool(String member, boolean absent) {
    Json child = child(member);
    return child == null ? absent : child.asBool();
  }

  /** A member's boolean, or null if absent. */
  public Boolean boolOrNull(String member) {
    Json child = child(member);
    return child == null ? null : (Boolean) child.asBool();
  }

  /** A member's int32, or null if absent. */
  public Integer intOrNull(String member) {
    Json child = child(member);
    return child == null
        ? null
        : (Integer) (int) child.asLong(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** A member's int64, or null if absent. */
  public Long longOrNull(String member) {
    Json child = child(member);
    return child == null ? null : (Long) child.asLong(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** A member's int64. */
  public long requiredLong(String member) {
    return required(member).asLong(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** A member's int64, or {@code absent}. */
  public long int64(String member, long absent) {
    Json child = child(member);
    return child == null ? absent : child.asLong(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** A member's uint32 as its 32 bits, or null if absent. */
  public Integer uint32BitsOrNull(String member) {
    Json child = child(member);
    return child == null ? null : (Integer) (int) child.asUint32();
  }

  /** A member's uint32, or null if absent. */
  public Long uint32OrNull(String member) {
    Json child = child(member);
    return child == null ? null : (Long) child.asUint32();
  }

  /** A member's uint32, or {@code absent}. */
  public long uint32(String member, long absent) {
    Json child = child(member);
    return child == null ? absent : child.asUint32();
  }

  /** A member's uint32. */
  public long requiredUint32(String member) {
    return required(member).asUint32();
  }

  /** A member's uint64 as its 64 bits, or null if absent. */
  public Long uint64OrNull(String member) {
    Json child = child(member);
    return child == null ? null : (Long) child.asUint64();
  }

  /** A member's uint64 as its 64 bits, or {@code absent}. */
  public long uint64(String member, long absent) {
    Json child = child(member);
    return child == null ? absent : child.asUint64();
  }

  /** A member's uint64 as its 64 bits. */
  public long requiredUint64(String member) {
    return required(member).asUint64();
  }

  /** A member's word, one of {@code values} by their {@code toString}, or null if absent. */
  public <E extends Enum<E>> E enumOrNull(String member, E[] values) {
    Json child = child(member);
    return child == null ? null : child.asEnum(values);
  }

  /** A member's word, one of {@code values} by their {@code toString}. */
  public <E extends Enum<E>> E requiredEnum(String member, E[] values) {
    return required(member).asEnum(values);
  }

  /** A member's words, each one of {@code values} by their {@code toString}; empty if absent. */
  public <E extends Enum<E>> List<E> enums(String member, E[] values) {
    return values(member, word -> word.asEnum(values));
  }

  /** A member's object, or null if absent. */
  public <T> T objectOrNull(String member, Function<Json, T> reader) {
    Json child = child(member);
    return child == null ? null : reader.apply(child.requireObject());
  }

  /** A member's elements, each an object; empty if absent. */
  public <T> List<T> list(String member, Function<Json, T> reader) {
    Json child = child(member);
    if (child == null || child.requireArray().node.isEmpty()) {
      return List.of();
    }
    List<T> values = new ArrayList<>(child.node.size());
    for (int i = 0; i < child.node.size(); i++) {
      values.add(reader.apply(child.element(i).requireObject()));
    }
    return Collections.unmodifiableList(values);
  }

  /** A member's elements, each a value that {@code reader} takes; empty if absent. */
  public <T> List<T> values(String member, Function<Json, T> reader) {
    Json child = child(member);
    if (child == null || child.requireArray().node.isEmpty()) {
      return List.of();
    }
    List<T> values = new ArrayList<>(child.node.size());
    for (int i = 0; i < child.node.size(); i++) {
      values.add(reader.apply(child.element(i)));
    }
    return Collections.unmodifiableList(values);
  }

  /** A member's strings; empty if absent. */
  public List<String> texts(String member) {
    return values(member, Json::asText);
  }

  /** A member's object of objects, in its order; empty if absent. */
  public <T> Map<String, T> map(String member, Function<Json, T> reader) {
    return mapOf(member, child -> reader.apply(child.requireObject()));
  }

  /** A member's object of strings, in its order; empty if absent. */
  public Map<String, String> textMap(String member) {
    return mapOf(member, Json::asText);
  }

  /** A member, or null if absent. */
  public Json child(String member) {
    JsonNode child = node.get(member);
    return child == null || child.isNull() ? null : new Json(document, this, member, -1, child);
  }

  /** A member; a violation if absent. */
  public Json required(String member) {
    Json child = child(member);
    if (child == null) {
      throw document.invalid(JsonPointer.member(pointer(), member), "required but missing");
    }
    return child;
  }

  /** Whether this is an array. */
  public boolean isArray() {
    return node.isArray();
  }

  /** The elements if this is an array, else none. */
  public List<Json> elements() {
    List<Json> elements = new ArrayList<>(node.size());
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      elements.add(element(i));
    }
    return elements;
  }

  /** This string. */
  public String asText() {
    if (!node.isTextual()) {
      throw mistyped("a string");
    }
    return node.textValue();
  }

  /** This word, one of {@code values} by their {@code toString}. */
  public <E extends Enum<E>> E asEnum(E[] values) {
    String word = asText();
    for (E value : values) {
      if (value.toString().equals(word)) {
        return value;
      }
    }
    List<String> allowed = new ArrayList<>(values.length);
    for (E value : values) {
      allowed.add(value.toString());
    }
    throw invalid(Choice.refuse(word, allowed));
  }

  /** This boolean. */
  public boolean asBool() {
    if (!node.isBoolean()) {
      throw mistyped("a boolean");
    }
    return node.booleanValue();
  }

  /** This integer, which must lie from {@code min} to {@code max}. */
  public long asLong(long min, long max) {
    if (!node.isIntegralNumber()) {
      throw mistyped(INTEGER);
    }
    if (!node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
      throw invalid(node.asText() + " is not from " + min + " to " + max);
    }
    return node.longValue();
  }

  /** This uint32. */
  public long asUint32() {
    return asLong(0, 0xffff_ffffL);
  }

  /** This uint64 as its 64 bits. */
  public long asUint64() {
    if (!node.isIntegralNumber()) {
      throw mistyped(INTEGER);
    }
    if (node.canConvertToLong() ? node.longValue() < 0 : !fitsUnsigned()) {
      throw invalid(node.asText() + " is not from 0 to 18446744073709551615");
    }
    return node.canConvertToLong() ? node.longValue() : node.bigIntegerValue().longValue();
  }

  /** An exception that says what is wrong with this value. */
  public InvalidSpecException invalid(String message) {
    return document.invalid(pointer(), message);
  }

  /** This value as compact JSON text. */
  @Override
  public String toString() {
    return JsonWriter.compact().value(this).toString();
  }

  /** Written member by member, so that the writer's layout holds. */
  void writeTo(JsonWriter writer) {
    JsonTree.write(node, writer);
  }

  /** A member or an element by a pointer's token, or null. */
  Json step(String token) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        if (Integer.toString(i).equals(token)) {
          return element(i);
        }
      }
      return null;
    }
    JsonNode child = node.get(token);
    return child == null ? null : new Json(document, this, token, -1, child);
  }

  JsonNode node() {
    return node;
  }

  /** This value if it is an object. */
  Json requireObject() {
    if (!node.isObject()) {
      throw mistyped("an object");
    }
    return this;
  }

  private Json requireArray() {
    if (!node.isArray()) {
      throw mistyped("an array");
    }
    return this;
  }

  private Json element(int i) {
    return new Json(document, this, null, i, node.get(i));
  }

  private <T> Map<String, T> mapOf(String member, Function<Json, T> reader) {
    Json child = child(member);
    if (child == null || child.requireObject().node.isEmpty()) {
      return Map.of();
    }
    Map<String, T> values = LinkedHashMap.newLinkedHashMap(child.node.size());
    for (Map.Entry<String, JsonNode> entry : child.node.properties()) {
      Json value = new Json(document, child, entry.getKey(), -1, entry.getValue());
      values.put(entry.getKey(), reader.apply(value));
    }
    return Collections.unmodifiableMap(values);
  }

  private boolean fitsUnsigned() {
    return node.bigIntegerValue().signum() >= 0 && node.bigIntegerValue().bitLength() <= 64;
  }

  private InvalidSpecException mistyped(String wanted) {
    return invalid(
        "must be "
            + wanted
            + ", not "
            + (wanted.equals(INTEGER) && node.isNumber() ? node.asText() : typeOf(node)));
  }

  /** The type of a value with its article, as messages say it. */
  static String typeOf(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "a string";
      case BOOLEAN -> "a boolean";
      case NUMBER -> "a number";
      default -> "null";
    };
  }

  private void appendPointer(StringBuilder text) {
    if (parent == null) {
      return;
    }
    parent.appendPointer(text);
    text.append('/');
    if (name == null) {
      text.append(index);
    } else {
      JsonPointer.appendEscaped(text, name);
    }
  }
}
