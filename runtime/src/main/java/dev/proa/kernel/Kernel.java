package dev.proa.kernel;

/**
 * The one door to Linux. {@link LinuxKernel} makes the call through jnr; tests pass a recording
 * fake.
 *
 * <p>One method, so that a fake has nothing to leave out. The typed wrappers ({@link FileCalls}, …)
 * stand on it and are what the rest of proa uses.
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
