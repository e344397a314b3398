package dev.proa.handshake;

import java.nio.charset.StandardCharsets;

/**
 * One message of the handshake.
 *
 * @param type what it says
 * @param payload more of it, by type; empty where there is no more to say
 */
public record Message(Type type, String payload) {
  /** What a message says; the table is in this package's description. */
  public enum Type {
    MAP_IDS('m'),
    GO('g'),
    INIT('i'),
    MOUNTED('t'),
    LIMIT('l'),
    RECORDED('s'),
    READY('r'),
    LISTENER('n'),
    ERROR('e');

    private final char code;

    Type(char code) {
      this.code = code;
    }

    private static Type of(byte code) {
      for (Type type : TYPES) {
        if (type.code == code) {
          return type;
        }
      }
      throw new IllegalArgumentException("no message: " + code);
    }
  }

  private static final Type[] TYPES = Type.values();

  byte[] encode() {
    byte[] text = payload.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, Channel.MAXIMUM - 1);
    byte[] packet = new byte[1 + length];
    packet[0] = (byte) type.code;
    System.arraycopy(text, 0, packet, 1, length);
    return packet;
  }

  static Message decode(byte[] packet, int length) {
    return new Message(
        Type.of(packet[0]), new String(packet, 1, length - 1, StandardCharsets.UTF_8));
  }
}
