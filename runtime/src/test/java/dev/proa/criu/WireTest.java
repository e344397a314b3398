package dev.proa.criu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Against bytes of the protocol buffers documentation, "Encoding". */
class WireTest {
  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void writes() {
    assertArrayEquals(bytes("089601"), new Wire.Writer().number(1, 150).toBytes());
    assertArrayEquals(bytes("120774657374696e67"), new Wire.Writer().text(2, "testing").toBytes());
    assertArrayEquals(
        bytes("1a03089601"),
        new Wire.Writer().message(3, new Wire.Writer().number(1, 150)).toBytes());
    // A negative number has ten bytes; a field above 15 has a key of two.
    assertArrayEquals(bytes("08ffffffffffffffffff01"), new Wire.Writer().number(1, -1).toBytes());
    assertArrayEquals(bytes("900301"), new Wire.Writer().flag(50, true).toBytes());
  }

  @Test
  void reads() {
    // criu_resp: NOTIFY, success, notify {script "post-dump", pid 300}, and a field unknown here
    Wire.Reader reply =
        new Wire.Reader(
            bytes("08061001" + "2a0e" + "0a09706f73742d64756d70" + "10ac02" + "7d01020304"));
    assertEquals(6, reply.number(1));
    assertEquals(1, reply.number(2));
    assertEquals("post-dump", reply.message(5).text(1));
    assertEquals(300, reply.message(5).number(2));
    assertEquals(0, reply.number(7));
    assertEquals("", reply.text(9));
  }

  @Test
  void refusesWhatIsCutOff() {
    for (String hex :
        new String[] {"08", "0896", "12077465", "1aff", "0b", "08ffffffffffffffffffff01"}) {
      assertEquals(
          "criu sent a malformed message",
          assertThrows(CriuException.class, () -> new Wire.Reader(bytes(hex))).getMessage(),
          hex);
    }
  }
}
