package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SignalTest {
  @Test
  void namesInEveryForm() {
    assertEquals(15, Signal.parse("TERM"));
    assertEquals(15, Signal.parse("sigterm"));
    assertEquals(9, Signal.parse("9"));
    assertEquals(0, Signal.parse("0"));
    assertEquals(37, Signal.parse("RTMIN+3"));
    assertEquals(63, Signal.parse("SIGRTMAX-1"));
    assertEquals(64, Signal.parse("RTMAX"));
  }

  @Test
  void whatIsNoSignal() {
    for (String text : new String[] {"", "SIG", "FOO", "65", "-1", "RTMIN+", "RTMIN+31", "1x"}) {
      assertEquals(-1, Signal.parse(text), text);
    }
  }

  @Test
  void numbersHaveNames() {
    assertEquals("SIGWINCH", Signal.name(28));
    assertEquals("SIGRTMIN+3", Signal.name(37));
    assertEquals("killed", Signal.describe(9));
    assertEquals("signal 34", Signal.describe(34));
  }
}
