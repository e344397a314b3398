package dev.proa.cgroup.systemd;

import dev.proa.kernel.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads values in D-Bus's format, little-endian.
 *
 * <p>What does not fit into the bytes is an {@link IndexOutOfBoundsException}.
 */
final class Unmarshal {
  private final byte[] bytes;
  private int at;

  /** From that place in a message. */
  Unmarshal(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  /** The values of these types. */
  List<Object> read(String signature) {
    List<Object> values = new ArrayList<>();
    int from = 0;
    while (from < signature.length()) {
      int end = Signature.end(signature, from);
      values.add(readOne(signature.substring(from, end)));
      from = end;
    }
    return values;
  }

  private void align(int to) {
    at = (at + to - 1) / to * to;
  }

  private Object readOne(String type) {
    align(Signature.alignment(type.charAt(0)));
    return switch (type.charAt(0)) {
      case 'y' -> (long) (bytes[at++] & 0xff);
      case 'b' -> readInt() != 0;
      case 'n' -> (long) (short) readShort();
      case 'q' -> (long) readShort();
      case 'i' -> (long) readInt();
      case 'u', 'h' -> readInt() & 0xffffffffL;
      case 'x', 't' -> readLong();
      case 'd' -> Double.longBitsToDouble(readLong());
      case 's', 'o' -> readText(readInt());
      case 'g' -> readText(bytes[at++] & 0xff);
      case 'v' -> {
        String signature = readText(bytes[at++] & 0xff);
        yield new Variant(signature, readOne(signature));
      }
      case 'a' -> readArray(type.substring(1));
      default -> read(type.substring(1, type.length() - 1));
    };
  }

  private List<Object> readArray(String element) {
    int size = readInt();
    align(Signature.alignment(element.charAt(0)));
    int end = at + size;
    if (size < 0 || end > bytes.length) {
      throw new IndexOutOfBoundsException("array of " + size + " bytes");
    }
    List<Object> values = new ArrayList<>();
    while (at < end) {
      values.add(readOne(element));
    }
    return values;
  }

  private int readShort() {
    at += 2;
    return Bytes.getShort(bytes, at - 2);
  }

  private int readInt() {
    at += 4;
    return Bytes.getInt(bytes, at - 4);
  }

  private long readLong() {
    at += 8;
    return Bytes.getLong(bytes, at - 8);
  }

  private String readText(int length) {
    if (length < 0 || length >= bytes.length - at) {
      throw new IndexOutOfBoundsException("text of " + length + " bytes");
    }
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length + 1; // with the NUL
    return text;
  }
}
