package dev.proa.conformance.callers.containerd;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A protocol buffers message, by field numbers: as much of the wire format as CRI uses (variable
 * length integers and length-delimited fields). Names and numbers of fields are those of {@code
 * k8s.io/cri-api/pkg/apis/runtime/v1/api.proto}.
 */
final class Message {
  private static final int INTEGER = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int FIXED32 = 5;

  private record Field(int number, long integer, byte[] bytes) {}

  private final List<Field> fields = new ArrayList<>();

  /** Parses a message. */
  static Message parse(byte[] bytes) {
    Message message = new Message();
    int[] at = {0};
    while (at[0] < bytes.length) {
      long tag = integer(bytes, at);
      int number = (int) (tag >>> 3);
      switch ((int) tag & 7) {
        case INTEGER -> message.with(number, integer(bytes, at));
        case DELIMITED -> {
          int length = (int) integer(bytes, at);
          byte[] value = new byte[length];
          System.arraycopy(bytes, at[0], value, 0, length);
          at[0] += length;
          message.fields.add(new Field(number, 0, value));
        }
        case FIXED64 -> at[0] += 8;
        case FIXED32 -> at[0] += 4;
        default -> throw new IllegalArgumentException("wire type of tag " + tag);
      }
    }
    return message;
  }

  private static long integer(byte[] bytes, int[] at) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at[0]++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** Adds an integer, an enum's number, or a boolean as 0 or 1. */
  Message with(int number, long value) {
    fields.add(new Field(number, value, null));
    return this;
  }

  /** Adds a string. */
  Message with(int number, String value) {
    fields.add(new Field(number, 0, value.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /** Adds a message, which may be empty. */
  Message with(int number, Message value) {
    fields.add(new Field(number, 0, value.bytes()));
    return this;
  }

  /** Adds each string. */
  Message with(int number, List<String> values) {
    values.forEach(value -> with(number, value));
    return this;
  }

  /** Adds an entry of a map with strings. */
  Message withEntry(int number, String key, String value) {
    return with(number, new Message().with(1, key).with(2, value));
  }

  /** Its encoding. */
  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Field field : fields) {
      if (field.bytes() == null) {
        write(out, (long) field.number() << 3 | INTEGER);
        write(out, field.integer());
      } else {
        write(out, (long) field.number() << 3 | DELIMITED);
        write(out, field.bytes().length);
        out.writeBytes(field.bytes());
      }
    }
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** The integer of a field; 0 where it is absent. */
  long number(int number) {
    long value = 0;
    for (Field field : fields) {
      value = field.number() == number ? field.integer() : value;
    }
    return value;
  }

  /** The string of a field; empty where it is absent. */
  String text(int number) {
    return new String(last(number), StandardCharsets.UTF_8);
  }

  /** The message of a field; an empty one where it is absent. */
  Message message(int number) {
    return parse(last(number));
  }

  private byte[] last(int number) {
    byte[] value = {};
    for (Field field : fields) {
      value = field.number() == number ? field.bytes() : value;
    }
    return value;
  }

  /** All messages of a repeated field. */
  List<Message> messages(int number) {
    return fields.stream()
        .filter(field -> field.number() == number)
        .map(field -> parse(field.bytes()))
        .toList();
  }

  /** The value of a map's key; empty where it is absent. */
  String entry(int number, String key) {
    for (Message entry : messages(number)) {
      if (entry.text(1).equals(key)) {
        return entry.text(2);
      }
    }
    return "";
  }
}
