package dev.proa.kernel;

/**
 * How a child ended, as wait4(2) reports it.
 *
 * @param pid the child
 * @param status the raw wait status
 */
public record WaitStatus(int pid, int status) {
  /** Whether it ended by exit(2). */
  public boolean exited() {
    return (status & 0x7f) == 0;
  }

  /** Whether a signal killed it. */
  public boolean signalled() {
    int low = status & 0x7f;
    return low != 0 && low != 0x7f;
  }

  /** The status that it passed to exit(2). */
  public int exitStatus() {
    return status >>> 8 & 0xff;
  }

  /** The signal that killed it. */
  public int signal() {
    return status & 0x7f;
  }

  /** As a shell and every OCI runtime reports it: the exit status, or 128 and the signal. */
  public int code() {
    return signalled() ? 128 + signal() : exitStatus();
  }

  /** As Go's {@code exec.ExitError} says it: {@code exit status 1} or {@code signal: killed}. */
  @Override
  public String toString() {
    if (signalled()) {
      return "signal: "
          + Signal.describe(signal())
          + ((status & 0x80) != 0 ? " (core dumped)" : "");
    }
    return "exit status " + exitStatus();
  }
}
