package dev.proa.hook;

import java.nio.charset.StandardCharsets;

/** The last bytes of a stream: what a failed hook said at its end. */
final class Tail {
  private static final int SIZE = 4096;

  private final byte[] ring = new byte[SIZE];
  private long taken;

  void take(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      ring[(int) (taken++ % SIZE)] = bytes[i];
    }
  }

  @Override
  public String toString() {
    int length = (int) Math.min(taken, SIZE);
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = ring[(int) ((taken - length + i) % SIZE)];
    }
    return new String(text, StandardCharsets.UTF_8);
  }
}
