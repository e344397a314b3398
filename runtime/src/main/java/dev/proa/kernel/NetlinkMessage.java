package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One request of netlink(7) as it is put together: header, fixed part, attributes. */
final class NetlinkMessage {
  /** struct nlmsghdr. */
  static final int HEADER = 16;

  /** struct rtattr: length and type, two bytes each. */
  static final int ATTRIBUTE = 4;

  // What the length field of an attribute can count.
  private static final int MOST = 0xffff - ATTRIBUTE;

  private final StringBuilder text;
  private byte[] bytes;

  /**
   * A request without attributes.
   *
   * @param type RTM_*
   * @param name its name
   * @param flags NLM_F_*
   * @param sequence what answers carry too
   * @param fixed the size of the part after the header
   */
  NetlinkMessage(int type, String name, int flags, int sequence, int fixed) {
    bytes = new byte[HEADER + fixed];
    Bytes.putShort(bytes, 4, type);
    Bytes.putShort(bytes, 6, flags);
    Bytes.putInt(bytes, 8, sequence);
    text = new StringBuilder("{").append(name);
  }

  /** Sets a byte of the fixed part. */
  NetlinkMessage u8(int offset, int value) {
    bytes[HEADER + offset] = (byte) value;
    return this;
  }

  /** Sets a number of the fixed part, and names it in the text. */
  NetlinkMessage u32(int offset, String name, int value, String shown) {
    Bytes.putInt(bytes, HEADER + offset, value);
    text.append(", ").append(name).append('=').append(shown);
    return this;
  }

  /** Appends an attribute. */
  NetlinkMessage attribute(int type, String name, byte[] value, String shown) {
    if (value.length > MOST) {
      // The field is 16 bits wide: a longer value would end inside itself (CVE-2021-43784).
      throw new IllegalArgumentException("netlink attribute " + name + " is too long");
    }
    int at = bytes.length;
    bytes = Arrays.copyOf(bytes, at + aligned(ATTRIBUTE + value.length));
    Bytes.putShort(bytes, at, ATTRIBUTE + value.length);
    Bytes.putShort(bytes, at + 2, type);
    System.arraycopy(value, 0, bytes, at + ATTRIBUTE, value.length);
    text.append(", ").append(name).append('=').append(shown);
    return this;
  }

  /** Appends a number. */
  NetlinkMessage attribute(int type, String name, int value, String shown) {
    byte[] number = new byte[4];
    Bytes.putInt(number, 0, value);
    return attribute(type, name, number, shown);
  }

  /** Appends a NUL-terminated string. */
  NetlinkMessage attribute(int type, String name, String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    return attribute(
        type, name, Arrays.copyOf(encoded, encoded.length + 1), Quoted.of(encoded, 64));
  }

  /** The call that sends it: sendto(2). */
  Call sendCall(Fd socket) {
    Bytes.putInt(bytes, 0, bytes.length);
    return Call.of(
        Sysno.SENDTO, socket.arg(), Arg.struct(bytes, text + "}"), Arg.of(bytes.length), Arg.of(0));
  }

  /** Rounds up to the next multiple of four, where the next attribute or message begins. */
  static int aligned(int length) {
    return (length + 3) & ~3;
  }
}
