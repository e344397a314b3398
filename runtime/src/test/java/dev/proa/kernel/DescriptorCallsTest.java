package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DescriptorCallsTest {
  private final LinuxKernel kernel = new LinuxKernel();
  private final DescriptorCalls descriptors = new DescriptorCalls(kernel);

  @Test
  void aPipeIsReadyOnceItHoldsSomething() {
    Fd[] pipe = descriptors.pipe();
    try (Fd read = pipe[0];
        Fd write = pipe[1]) {
      byte[] polls = new byte[8];
      Bytes.putInt(polls, 0, read.number());
      Bytes.putShort(polls, 4, DescriptorCalls.POLLIN);
      assertEquals(0, descriptors.poll(polls, 1, 1_000_000));
      new FileCalls(kernel).writeAll(write, new byte[] {1});
      assertEquals(1, descriptors.poll(polls, 1, -1));
      assertEquals(DescriptorCalls.POLLIN, Bytes.getShort(polls, 6));
    }
  }

  @Test
  void aCopyHasTheNumberAskedFor() {
    Fd[] pipe = descriptors.pipe();
    try (Fd read = pipe[0];
        Fd write = pipe[1];
        Fd copy = descriptors.duplicate(read, 700)) {
      assertTrue(copy.number() >= 700);
      assertTrue(descriptors.isOpen(write.number()));
      assertFalse(descriptors.isOpen(699_999));
    }
  }

  @Test
  void closingAllReadsLikeStrace() {
    assertEquals(
        "close_range(3, ~0U, CLOSE_RANGE_CLOEXEC)",
        DescriptorCalls.closeFrom(3, DescriptorCalls.CLOSE_RANGE_CLOEXEC).toString());
  }
}
