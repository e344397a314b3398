package dev.proa.cgroup.systemd;

import dev.proa.kernel.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of D-Bus (D-Bus specification, Message Format).
 *
 * @param type {@link #METHOD_RETURN}, {@link #ERROR}, {@link #SIGNAL}, …
 * @param replySerial the call that it answers, or 0
 * @param member the method or signal, or null
 * @param errorName the error, or null
 * @param body the values
 */
record Message(int type, long replySerial, String member, String errorName, List<Object> body) {
  static final int METHOD_CALL = 1;
  static final int METHOD_RETURN = 2;
  static final int ERROR = 3;
  static final int SIGNAL = 4;

  /** The part of the header that has a fixed size: up to the length of the fields. */
  static final int FIXED = 16;

  private static final int PATH = 1;
  private static final int INTERFACE = 2;
  private static final int MEMBER = 3;
  private static final int ERROR_NAME = 4;
  private static final int REPLY_SERIAL = 5;
  private static final int DESTINATION = 6;
  private static final int SIGNATURE = 8;
  // D-Bus specification: the most that a message may have.
  private static final int MAX_LENGTH = 128 * 1024 * 1024;

  /**
   * A method and where it is.
   *
   * @param destination the name on the bus; ignored where the peer is systemd itself
   */
  record Method(String destination, String path, String type, String name) {}

  /** The bytes of a call. */
  static byte[] call(int serial, Method method, String signature, List<?> values) {
    Marshal body = new Marshal();
    body.write(signature, values);
    List<Object> fields = new ArrayList<>();
    fields.add(field(PATH, "o", method.path()));
    fields.add(field(INTERFACE, "s", method.type()));
    fields.add(field(MEMBER, "s", method.name()));
    fields.add(field(DESTINATION, "s", method.destination()));
    if (!signature.isEmpty()) {
      fields.add(field(SIGNATURE, "g", signature));
    }
    Marshal header = new Marshal();
    header.putByte('l');
    header.putByte(METHOD_CALL);
    header.putByte(0);
    header.putByte(1);
    header.putInt(body.length());
    header.putInt(serial);
    header.write("a(yv)", List.of(fields));
    header.align(8);
    byte[] start = header.toBytes();
    byte[] all = new byte[start.length + body.length()];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(body.toBytes(), 0, all, start.length, body.length());
    return all;
  }

  private static List<Object> field(long code, String type, String value) {
    return List.of(code, new Variant(type, value));
  }

  /**
   * How long the message is that begins so.
   *
   * @param start {@link #FIXED} bytes of it at least
   * @throws IllegalArgumentException if it is none
   */
  static int length(byte[] start) {
    // Both architectures of ours are little-endian, and the peer is on the same machine.
    if (start[0] != 'l' || start[3] != 1) {
      throw new IllegalArgumentException("no message of D-Bus version 1");
    }
    long fields = Bytes.getInt(start, 12) & 0xffffffffL;
    long total = (FIXED + fields + 7) / 8 * 8 + (Bytes.getInt(start, 4) & 0xffffffffL);
    if (total > MAX_LENGTH) {
      throw new IllegalArgumentException("message of " + total + " bytes");
    }
    return (int) total;
  }

  /** A message of which all bytes are there. */
  static Message parse(byte[] bytes) {
    int bodyAt = (FIXED + Bytes.getInt(bytes, 12) + 7) / 8 * 8;
    long replySerial = 0;
    String member = null;
    String errorName = null;
    String signature = "";
    List<?> fields = (List<?>) new Unmarshal(bytes, FIXED - 4).read("a(yv)").getFirst();
    for (Object each : fields) {
      List<?> field = (List<?>) each;
      Object value = ((Variant) field.get(1)).value();
      switch (((Long) field.get(0)).intValue()) {
        case MEMBER -> member = (String) value;
        case ERROR_NAME -> errorName = (String) value;
        case REPLY_SERIAL -> replySerial = (Long) value;
        case SIGNATURE -> signature = (String) value;
        default -> {}
      }
    }
    return new Message(
        bytes[1], replySerial, member, errorName, new Unmarshal(bytes, bodyAt).read(signature));
  }
}
