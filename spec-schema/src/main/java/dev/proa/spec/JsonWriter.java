package dev.proa.spec;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a JSON document: compact, or in the layout of Go's {@code json.MarshalIndent}, which
 * runc's callers see. Calls nest as the document does: {@link #beginObject()}, {@link #field},
 * {@link #endObject()}; the caller keeps them balanced.
 */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder(512);
  private final String indent;
  private int depth;
  private boolean empty = true;
  private boolean afterName;

  private JsonWriter(String indent) {
    this.indent = indent;
  }

  /** No white space at all, as {@code json.Marshal}. */
  public static JsonWriter compact() {
    return new JsonWriter(null);
  }

  /** Two spaces, as {@code json.MarshalIndent(v, "", " ")} of runc state, list and features. */
  public static JsonWriter pretty() {
    return new JsonWriter("  ");
  }

  /** Any indent; runc spec takes a tab. */
  public static JsonWriter indented(String indent) {
    return new JsonWriter(indent);
  }

  /** Opens an object that is the document, an element or, after {@link #name}, a member. */
  public JsonWriter beginObject() {
    return begin('{');
  }

  /** Opens the object that is member {@code name}. */
  public JsonWriter beginObject(String name) {
    return name(name).begin('{');
  }

  /** Closes the innermost object. */
  public JsonWriter endObject() {
    return end('}');
  }

  /** Opens an array that is the document, an element or, after {@link #name}, a member. */
  public JsonWriter beginArray() {
    return begin('[');
  }

  /** Opens the array that is member {@code name}. */
  public JsonWriter beginArray(String name) {
    return name(name).begin('[');
  }

  /** Closes the innermost array. */
  public JsonWriter endArray() {
    return end(']');
  }

  /** Writes a member's name; its value comes next. */
  public JsonWriter name(String name) {
    separate();
    JsonText.quote(out, name);
    out.append(indent == null ? ":" : ": ");
    afterName = true;
    return this;
  }

  /** A string; null is written as {@code null}. */
  public JsonWriter value(String value) {
    separate();
    if (value == null) {
      out.append("null");
    } else {
      JsonText.quote(out, value);
    }
    return this;
  }

  /** A signed number. */
  public JsonWriter value(long value) {
    separate();
    out.append(value);
    return this;
  }

  /** A signed number that is given in thousandths of it: 1500 is 1.500. */
  public JsonWriter thousandths(long value) {
    separate();
    long rest = Math.abs(value % 1000);
    out.append(value < 0 ? "-" : "").append(Math.abs(value / 1000)).append('.');
    out.append((char) ('0' + rest / 100)).append((char) ('0' + rest / 10 % 10));
    out.append((char) ('0' + rest % 10));
    return this;
  }

  /** A boolean. */
  public JsonWriter value(boolean value) {
    separate();
    out.append(value);
    return this;
  }

  /** The 64 bits as an unsigned number. */
  public JsonWriter unsigned(long value) {
    separate();
    if (value >= 0) {
      out.append(value);
    } else {
      out.append(Long.toUnsignedString(value));
    }
    return this;
  }

  /** A value read elsewhere, written again in this writer's layout, members in their order. */
  public JsonWriter value(Json json) {
    json.writeTo(this);
    return this;
  }

  /** {@code null}. */
  public JsonWriter nullValue() {
    separate();
    out.append("null");
    return this;
  }

  /** A string member. */
  public JsonWriter field(String name, String value) {
    return name(name).value(value);
  }

  /** A number member. */
  public JsonWriter field(String name, long value) {
    return name(name).value(value);
  }

  /** A boolean member. */
  public JsonWriter field(String name, boolean value) {
    return name(name).value(value);
  }

  /** A string member, left out when null or empty (Go's omitempty). */
  public JsonWriter fieldIfPresent(String name, String value) {
    return value == null || value.isEmpty() ? this : field(name, value);
  }

  /** A number member, left out when null. */
  public JsonWriter fieldIfPresent(String name, Long value) {
    return value == null ? this : field(name, value);
  }

  /** A number member, left out when null. */
  public JsonWriter fieldIfPresent(String name, Integer value) {
    return value == null ? this : field(name, (long) value);
  }

  /** A boolean member, left out when null. */
  public JsonWriter fieldIfPresent(String name, Boolean value) {
    return value == null ? this : field(name, (boolean) value);
  }

  /** An array of strings. */
  public JsonWriter texts(String name, List<String> values) {
    beginArray(name);
    for (String value : values) {
      value(value);
    }
    return endArray();
  }

  /** An array of strings, left out when null or empty. */
  public JsonWriter textsIfAny(String name, List<String> values) {
    return values == null || values.isEmpty() ? this : texts(name, values);
  }

  /** An object of strings, its names sorted as Go sorts those of a map. */
  public JsonWriter textMap(String name, Map<String, String> values) {
    beginObject(name);
    for (Map.Entry<String, String> entry : new TreeMap<>(values).entrySet()) {
      field(entry.getKey(), entry.getValue());
    }
    return endObject();
  }

  /** An object of strings, left out when null or empty. */
  public JsonWriter textMapIfAny(String name, Map<String, String> values) {
    return values == null || values.isEmpty() ? this : textMap(name, values);
  }

  /** The document in UTF-8, without a newline at its end. */
  public byte[] toBytes() {
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The document with a newline at its end, as commands print it. */
  public String line() {
    return out + "\n";
  }

  /** The document. */
  @Override
  public String toString() {
    return out.toString();
  }

  /** A number in the spelling it was read in. */
  JsonWriter literal(String text) {
    separate();
    out.append(text);
    return this;
  }

  private JsonWriter begin(char bracket) {
    separate();
    out.append(bracket);
    depth++;
    empty = true;
    return this;
  }

  private JsonWriter end(char bracket) {
    depth--;
    if (!empty) {
      newline();
    }
    out.append(bracket);
    empty = false;
    return this;
  }

  private void separate() {
    if (afterName) {
      afterName = false;
      return;
    }
    if (!empty) {
      out.append(',');
    }
    empty = false;
    if (depth > 0) {
      newline();
    }
  }

  private void newline() {
    if (indent != null) {
      out.append('\n');
      for (int i = 0; i < depth; i++) {
        out.append(indent);
      }
    }
  }
}
