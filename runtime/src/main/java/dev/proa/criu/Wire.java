package dev.proa.criu;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Protocol buffers' wire format, as far as CRIU's messages need it: numbers, texts, messages. */
final class Wire {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private Wire() {}

  /** A message that is being written. */
  static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Writer number(int field, long value) {
      varint((long) field << 3 | VARINT);
      varint(value);
      return this;
    }

    Writer flag(int field, boolean value) {
      return number(field, value ? 1 : 0);
    }

    Writer text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Writer message(int field, Writer value) {
      return bytes(field, value.toBytes());
    }

    private Writer bytes(int field, byte[] value) {
      varint((long) field << 3 | LENGTH);
      varint(value.length);
      out.write(value, 0, value.length);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    byte[] toBytes() {
      return out.toByteArray();
    }
  }

  /** A message that was read; of a field that is there twice the last counts. */
  static final class Reader {
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final Map<Integer, byte[]> texts = new HashMap<>();
    private final byte[] bytes;
    private int at;

    /**
     * Reads all fields.
     *
     * @throws CriuException where that is no message
     */
    Reader(byte[] bytes) {
      this.bytes = bytes;
      while (at < bytes.length) {
        long key = varint();
        int field = (int) (key >>> 3);
        switch ((int) key & 7) {
          case VARINT -> numbers.put(field, varint());
          case LENGTH -> texts.put(field, take(varint()));
          case FIXED64 -> take(8);
          case FIXED32 -> take(4);
          default -> throw malformed();
        }
      }
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        if (at == bytes.length) {
          throw malformed();
        }
        byte next = bytes[at++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw malformed();
    }

    private byte[] take(long length) {
      if (length < 0 || length > bytes.length - at) {
        throw malformed();
      }
      byte[] taken = new byte[(int) length];
      System.arraycopy(bytes, at, taken, 0, taken.length);
      at += taken.length;
      return taken;
    }

    private static CriuException malformed() {
      return new CriuException("criu sent a malformed message");
    }

    long number(int field) {
      return numbers.getOrDefault(field, 0L);
    }

    String text(int field) {
      byte[] text = texts.get(field);
      return text == null ? "" : new String(text, StandardCharsets.UTF_8);
    }

    Reader message(int field) {
      return new Reader(texts.getOrDefault(field, new byte[0]));
    }
  }
}
