package dev.proa.conformance.attacks;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.proa.conformance.Sandbox;
import dev.proa.conformance.client.RuntimeKind;

/** What peers are known to have: their tests are skipped, unless the hole is to be shown. */
final class Holes {
  private static final boolean SHOWN = Boolean.getBoolean("holes");

  private Holes() {}

  /**
   * Skips the test on a peer that has the hole.
   *
   * @param advisory the advisory, and from which version on it is closed
   */
  static void known(Sandbox box, RuntimeKind peer, String advisory) {
    assumeFalse(!SHOWN && box.kind() == peer, "the peer has this hole: " + advisory);
  }
}
