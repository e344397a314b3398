package dev.proa.cgroup.systemd;

import dev.proa.kernel.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes values in D-Bus's format, little-endian (D-Bus specification, Marshaling). Each value is
 * aligned from the start of the message.
 */
final class Marshal {
  private byte[] bytes = new byte[512];
  private int length;

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Zeros up to a multiple. */
  void align(int to) {
    reserve((length + to - 1) / to * to - length);
  }

  /** Makes room for that many bytes, which are zero; their place. */
  private int reserve(int count) {
    int at = length;
    length += count;
    if (length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
    }
    return at;
  }

  void putByte(int value) {
    int at = reserve(1);
    bytes[at] = (byte) value;
  }

  void putInt(int value) {
    align(4);
    int at = reserve(4);
    Bytes.putInt(bytes, at, value);
  }

  /** Corrects a number that was written before it was known. */
  void setInt(int at, int value) {
    Bytes.putInt(bytes, at, value);
  }

  /** Writes the values of these types, one after the other. */
  void write(String signature, List<?> values) {
    int at = 0;
    for (Object value : values) {
      int end = Signature.end(signature, at);
      write(signature.substring(at, end), value);
      at = end;
    }
    if (at != signature.length()) {
      throw new IllegalArgumentException("too few values for " + signature);
    }
  }

  private void write(String type, Object value) {
    align(Signature.alignment(type.charAt(0)));
    switch (type.charAt(0)) {
      case 'y' -> putByte(((Long) value).intValue());
      case 'b' -> putInt((Boolean) value ? 1 : 0);
      case 'n', 'q' -> {
        int at = reserve(2);
        Bytes.putShort(bytes, at, ((Long) value).intValue());
      }
      case 'i', 'u' -> putInt(((Long) value).intValue());
      case 'x', 't' -> putLong((Long) value);
      case 'd' -> putLong(Double.doubleToRawLongBits((Double) value));
      case 's', 'o' -> {
        byte[] text = ((String) value).getBytes(StandardCharsets.UTF_8);
        putInt(text.length);
        putText(text);
      }
      case 'g' -> putSignature((String) value);
      case 'v' -> {
        Variant variant = (Variant) value;
        putSignature(variant.signature());
        write(variant.signature(), variant.value());
      }
      case 'a' -> writeArray(type.substring(1), (List<?>) value);
      case '(', '{' -> write(type.substring(1, type.length() - 1), (List<?>) value);
      default -> throw new IllegalArgumentException("cannot write " + type);
    }
  }

  private void writeArray(String element, List<?> values) {
    int size = length;
    putInt(0);
    // The padding before the first element is no part of the length.
    align(Signature.alignment(element.charAt(0)));
    int start = length;
    for (Object value : values) {
      write(element, value);
    }
    setInt(size, length - start);
  }

  private void putLong(long value) {
    int at = reserve(8);
    Bytes.putLong(bytes, at, value);
  }

  private void putSignature(String signature) {
    byte[] text = signature.getBytes(StandardCharsets.US_ASCII);
    putByte(text.length);
    putText(text);
  }

  private void putText(byte[] text) {
    int at = reserve(text.length + 1);
    System.arraycopy(text, 0, bytes, at, text.length);
  }
}
