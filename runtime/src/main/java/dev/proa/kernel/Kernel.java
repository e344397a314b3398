package dev.proa.kernel;

/**
 * The one door to Linux. {@link LinuxKernel} makes the call through jnr; tests pass a recording
 * fake.
 *
 * <p>One method to implement, so that a fake has nothing to leave out. The typed wrappers ({@link
 * FileCalls}, …) stand on it and are what the rest of proa uses.
 */
@FunctionalInterface
public interface Kernel {
  /**
   * Makes one system call.
   *
   * @return what the kernel returned: a value of zero or more, or the negated errno (-1 to -4095)
   */
  long call(Call call);

  /**
   * Says what the next calls are made for: a section of the config, or a word for what has none.
   * Nobody listens but kernels that write the calls down.
   */
  default void phase(String section) {}

  /**
   * What a process made by these calls gets as its TRACEPARENT (W3C Trace Context), or null where
   * nobody writes spans down.
   */
  default String traceparent() {
    return null;
  }

  /**
   * Makes one system call that must succeed.
   *
   * @return the call's result, never negative
   * @throws KernelException if the kernel answered with an errno
   */
  default long must(Call call) {
    long result = call(call);
    if (result < 0 && result >= -4095) {
      throw new KernelException(call, Errno.of((int) -result));
    }
    return result;
  }
}
