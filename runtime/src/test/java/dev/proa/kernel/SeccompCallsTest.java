package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SeccompCallsTest {
  private final SeccompCalls seccomp = new SeccompCalls(new LinuxKernel());

  @Test
  void asksTheKernelWhatItKnows() {
    assertTrue(seccomp.knowsAction(0x7fff0000));
    assertFalse(seccomp.knowsAction(0x12340000));
    assertTrue(seccomp.knowsFlags(SeccompCalls.LOG | SeccompCalls.SPEC_ALLOW));
    assertFalse(seccomp.knowsFlags(1 << 20));
    assertEquals(new SeccompCalls.NotifySizes(80, 24, 64), seccomp.notifySizes());
  }

  @Test
  void readsAsStraceWritesIt() {
    assertEquals(
        "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG|SECCOMP_FILTER_FLAG_SPEC_ALLOW,"
            + " {len=2, filter=...})",
        SeccompCalls.setModeFilter(new byte[16], SeccompCalls.LOG | SeccompCalls.SPEC_ALLOW)
            .toString());
  }
}
