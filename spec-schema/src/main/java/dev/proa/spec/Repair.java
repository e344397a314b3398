package dev.proa.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.proa.spec.linux.Namespace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A config with mistakes, made readable: a wrong word becomes the one that was probably meant, any
 * other wrong value counts as absent, a wrong element of an array becomes a copy of a right one, so
 * that the others keep their places. What is found wrong there later is no news.
 */
final class Repair {
  private static final String NAMESPACES = "/linux/namespaces";

  private final JsonDocument document;
  private final List<String> cuts = new ArrayList<>();
  private final Set<String> copies = new HashSet<>();

  /** Of a copy: the document itself stays as it is. */
  Repair(JsonDocument original) {
    this.document = original.with(original.tree().deepCopy());
  }

  /** The repaired document; its places are those of the original. */
  JsonDocument document() {
    return document;
  }

  /** Whether anything was changed there, in it or around it. */
  boolean touches(String pointer) {
    for (String cut : cuts) {
      if (isWithin(cut, pointer) || isWithin(pointer, cut)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the inner pointer is the outer one or leads below it. */
  static boolean isWithin(String inner, String outer) {
    return inner.startsWith(outer)
        && (inner.length() == outer.length() || inner.charAt(outer.length()) == '/');
  }

  /**
   * The records of what is left.
   *
   * @param errors gets what the readers find and the schema did not
   * @return null if nothing can be read
   */
  Spec read(List<Violation> errors) {
    // Each turn takes something out, so it ends; a hostile document gets no more than this.
    for (int i = 0; i < 1000; i++) {
      try {
        return Spec.read(document);
      } catch (InvalidSpecException e) {
        Violation violation = e.violations().getFirst();
        if (!touches(violation.pointer()) && !errors.contains(violation)) {
          errors.add(violation);
        }
        if (!cut(violation.pointer(), null)) {
          return null;
        }
      }
    }
    return null;
  }

  /**
   * Takes out what is wrong at that pointer, or the least around it that can be taken out.
   *
   * @param meant the word to put in its place, or null
   * @return false if only the whole document could be
   */
  boolean cut(String pointer, String meant) {
    List<String> tokens = JsonPointer.tokens(pointer);
    for (int length = tokens.size(); length > 0; length--) {
      String last = tokens.get(length - 1);
      String parentPointer = pointer(tokens, length - 1);
      Json parent = document.at(parentPointer);
      if (parent != null && take(parent.node(), parentPointer, last, meant)) {
        String taken = pointer(tokens, length);
        cuts.add(taken);
        keepNamespaces(taken, meant);
        return true;
      }
    }
    return false;
  }

  private boolean take(JsonNode parent, String parentPointer, String last, String meant) {
    if (parent instanceof ObjectNode object) {
      JsonNode value = object.get(last);
      if (value == null || value.isNull()) {
        return false; // it is what surrounds it that cannot be read without it
      }
      if (meant == null) {
        object.putNull(last);
      } else {
        object.put(last, meant);
      }
      return true;
    }
    if (!(parent instanceof ArrayNode array)) {
      return false;
    }
    int index = index(last, array.size());
    if (index >= 0 && meant != null) {
      array.set(index, array.textNode(meant));
      return true;
    }
    if (index < 0 || !copies.add(parentPointer + "/" + last)) {
      return false;
    }
    for (int i = 0; i < array.size(); i++) {
      if (i != index && !touches(parentPointer + "/" + i)) {
        array.set(index, array.get(i).deepCopy());
        return true;
      }
    }
    return false;
  }

  private static int index(String token, int size) {
    for (int i = 0; i < size; i++) {
      if (Integer.toString(i).equals(token)) {
        return i;
      }
    }
    return -1;
  }

  /** What other sections ask of the namespaces must not fail because one of them is misspelt. */
  private void keepNamespaces(String taken, String meant) {
    boolean around = isWithin(NAMESPACES, taken);
    if (meant != null || (!around && !isWithin(taken, NAMESPACES))) {
      return;
    }
    cuts.add(NAMESPACES);
    ObjectNode root = (ObjectNode) document.tree();
    ObjectNode linux =
        root.get("linux") instanceof ObjectNode object ? object : root.putObject("linux");
    ArrayNode list =
        linux.get("namespaces") instanceof ArrayNode array ? array : linux.putArray("namespaces");
    for (Namespace.Type type : Namespace.Type.values()) {
      boolean there = false;
      for (JsonNode each : list) {
        there |= each.path("type").asText().equals(type.toString());
      }
      if (!there) {
        ObjectNode added = list.addObject().put("type", type.toString());
        if (type == Namespace.Type.USER) {
          added.put("path", "/proc/self/ns/user"); // a joined one needs no mappings
        }
      }
    }
  }

  private static String pointer(List<String> tokens, int length) {
    String pointer = "";
    for (int i = 0; i < length; i++) {
      pointer = JsonPointer.member(pointer, tokens.get(i));
    }
    return pointer;
  }
}
