package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** {@link Posix} on the machine's own C library. */
final class PosixTest {
  private final Posix posix = new Posix();

  @Test
  void rootHasAName() {
    assertEquals("root", posix.userName(0));
  }

  @Test
  void aUidWithoutAnAccountHasNone() {
    assertNull(posix.userName(1_999_999_999));
  }

  @Test
  void aDescriptorThatIsNotOpenIsNoTerminal() {
    assertFalse(posix.isatty(999_999));
  }
}
