package dev.proa.kernel;

/**
 * A system call failed: the call and the errno, as {@code mkdir("/x", 0755): permission denied}.
 */
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Call call;
  private final transient Errno errno;

  /** The failure of {@code call} with {@code errno}. */
  public KernelException(Call call, Errno errno) {
    super(null, null, false, false);
    this.call = call;
    this.errno = errno;
  }

  /** The call that failed. */
  public Call call() {
    return call;
  }

  /** Why it failed. */
  public Errno errno() {
    return errno;
  }

  /** Whether it failed with this errno. */
  public boolean is(Errno other) {
    return errno.value() == other.value(); // a record's equals(Object) is slow in an image
  }

  @Override
  public String getMessage() {
    return call + ": " + errno;
  }
}
