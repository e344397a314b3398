package dev.proa.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Changes a valid document at a few random places, the same ones for the same seed. */
final class Mutation {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String[] NAMES = {"name", "path", "type", "limit", "x", "", "class"};

  private final Random random;

  Mutation(long seed) {
    random = new Random(seed);
  }

  JsonNode of(JsonNode document) {
    JsonNode copy = document.deepCopy();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      List<JsonNode> containers = new ArrayList<>();
      collect(copy, containers);
      change(containers.get(random.nextInt(containers.size())));
    }
    return copy;
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private void change(JsonNode container) {
    if (container instanceof ObjectNode object) {
      change(object);
    } else if (container instanceof ArrayNode array) {
      change(array);
    }
  }

  private void change(ObjectNode object) {
    List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
    if (members.isEmpty() || random.nextInt(8) == 0) {
      object.set(NAMES[random.nextInt(NAMES.length)], value(null));
      return;
    }
    Map.Entry<String, JsonNode> member = members.get(random.nextInt(members.size()));
    switch (random.nextInt(6)) {
      case 0 -> object.remove(member.getKey());
      case 1 -> {
        object.remove(member.getKey());
        object.set(member.getKey() + "x", member.getValue());
      }
      default -> object.set(member.getKey(), value(member.getValue()));
    }
  }

  private void change(ArrayNode array) {
    int size = array.size();
    if (size == 0 || random.nextInt(4) == 0) {
      array.add(value(null));
    } else if (random.nextInt(4) == 0) {
      array.add(array.get(random.nextInt(size)).deepCopy());
    } else {
      int at = random.nextInt(size);
      if (random.nextInt(4) == 0) {
        array.remove(at);
      } else {
        array.set(at, value(array.get(at)));
      }
    }
  }

  /** Half of the time one of the same type, which is likelier to be valid. */
  private JsonNode value(JsonNode old) {
    if (old != null && random.nextBoolean()) {
      if (old.isTextual()) {
        return text(old.textValue());
      }
      if (old.isNumber()) {
        return number();
      }
      if (old.isBoolean()) {
        return NODES.booleanNode(!old.booleanValue());
      }
    }
    return switch (random.nextInt(8)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.objectNode();
      case 3 -> NODES.arrayNode();
      case 4, 5 -> text("text");
      default -> number();
    };
  }

  private JsonNode text(String old) {
    return NODES.textNode(
        switch (random.nextInt(8)) {
          case 0 -> "";
          case 1 -> old + "x";
          case 2 -> old.toLowerCase(Locale.ROOT);
          case 3 -> old + "\n";
          case 4 -> old.substring(old.length() / 2);
          case 5 -> "r" + old;
          case 6 -> "MB:" + old;
          default -> old + "é";
        });
  }

  private JsonNode number() {
    return switch (random.nextInt(11)) {
      case 0 -> NODES.numberNode(-1);
      case 1 -> NODES.numberNode(65535);
      case 2 -> NODES.numberNode(65536);
      case 3 -> NODES.numberNode(4294967295L);
      case 4 -> NODES.numberNode(4294967296L);
      case 5 -> NODES.numberNode(Long.MAX_VALUE);
      case 6 -> NODES.numberNode(BigInteger.TWO.pow(63 + random.nextInt(2)));
      case 7 -> NODES.numberNode(BigInteger.TWO.pow(63).negate().subtract(BigInteger.ONE));
      case 8 -> NODES.numberNode(1.5);
      case 9 -> NODES.numberNode(random.nextInt(512));
      default -> NODES.numberNode(7.0);
    };
  }
}
