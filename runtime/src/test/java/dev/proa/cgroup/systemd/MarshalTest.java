package dev.proa.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** D-Bus specification, Marshaling. */
class MarshalTest {
  private static final List<Object> ALL =
      List.of(
          7L,
          true,
          -2L,
          0xfffeL,
          -5L,
          0xfffffffbL,
          Long.MIN_VALUE,
          -1L,
          1.5,
          "ä",
          "/a",
          "a(sv)",
          new Variant("au", List.of(1L)),
          List.of(List.of("x", 1L)),
          List.of(List.of("k", new Variant("b", false))));
  private static final String TYPES = "ybnqiuxtdsogva(st)a{sv}";

  private static byte[] bytes(String signature, List<?> values) {
    Marshal marshal = new Marshal();
    marshal.write(signature, values);
    return marshal.toBytes();
  }

  @Test
  void roundTrip() {
    assertEquals(ALL, new Unmarshal(bytes(TYPES, ALL), 0).read(TYPES));
  }

  private static String hex(String signature, List<?> values) {
    return HexFormat.of().formatHex(bytes(signature, values));
  }

  @Test
  void alignment() {
    assertEquals("01000000" + "02000000" + "02000000616200", hex("yis", List.of(1L, 2L, "ab")));
    // An empty array has the padding of its first element too, which is no part of its length.
    assertEquals("00000000" + "00000000", hex("a(st)", List.of(List.of())));
    assertEquals(
        "01000000" + "08000000" + "0500000000000000", hex("yat", List.of(1L, List.of(5L))));
  }

  @Test
  void refusesWhatDoesNotFit() {
    byte[] bytes = bytes("s", List.of("abc"));
    bytes[0] = 100;
    assertThrows(IndexOutOfBoundsException.class, () -> new Unmarshal(bytes, 0).read("s"));
    assertThrows(IndexOutOfBoundsException.class, () -> new Unmarshal(bytes, 0).read("ay"));
    assertThrows(IndexOutOfBoundsException.class, () -> new Unmarshal(bytes, 8).read("t"));
    assertThrows(IllegalArgumentException.class, () -> bytes("ss", List.of("a")));
    assertThrows(IllegalArgumentException.class, () -> Signature.end("(ss", 0));
    assertThrows(IllegalArgumentException.class, () -> Signature.end("a", 0));
  }
}
