package dev.proa.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Members of a config that no schema knows. The spec demands that they are ignored, so they are no
 * violations; but most are misspelt.
 */
final class UnknownNames {
  private final JsonDocument document;
  private final List<Violation> found = new ArrayList<>();

  private UnknownNames(JsonDocument document) {
    this.document = document;
  }

  /** All of them, in the order of the text. */
  static List<Violation> in(JsonDocument document) {
    UnknownNames names = new UnknownNames(document);
    names.visit(document.tree(), "", "config", Schemas.document("config"));
    return JsonDocument.sorted(names.found);
  }

  private void visit(JsonNode value, String pointer, String file, JsonNode schema) {
    JsonNode reference = schema.get("$ref");
    if (reference != null) {
      follow(value, pointer, file, reference.asText());
      return;
    }
    if (value.isArray() && schema.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        visit(value.get(i), pointer + "/" + i, file, schema.get("items"));
      }
    }
    if (!value.isObject()) {
      return;
    }
    JsonNode known = schema.get("properties");
    JsonNode others = schema.get("additionalProperties");
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      String at = JsonPointer.member(pointer, member.getKey());
      JsonNode of = known == null ? null : known.get(member.getKey());
      if (of == null) {
        of = others;
      }
      if (of != null) {
        visit(member.getValue(), at, file, of);
      } else if (known != null && found.size() < SpecValidator.MAX_VIOLATIONS) {
        found.add(document.violation(at, message(member.getKey(), known)));
      }
    }
  }

  /** {@code defs.json#/$defs/mount}, {@code #/$defs/mount} and {@code process.json}. */
  private void follow(JsonNode value, String pointer, String file, String reference) {
    int hash = reference.indexOf('#');
    String name = hash < 0 ? reference : reference.substring(0, hash);
    String to = name.isEmpty() ? file : name.substring(0, name.length() - ".json".length());
    JsonNode schema = Schemas.document(to);
    visit(value, pointer, to, hash < 0 ? schema : schema.at(reference.substring(hash + 1)));
  }

  private static String message(String name, JsonNode known) {
    List<String> names = new ArrayList<>();
    known.fieldNames().forEachRemaining(names::add);
    String meant = Choice.nearest(name, names);
    return "the spec knows no such member, and it is ignored"
        + (meant == null ? "" : "; did you mean " + Findings.quoted(meant) + "?");
  }
}
