package dev.proa.seccomp;

import dev.proa.kernel.Call;
import dev.proa.kernel.SeccompCalls;

/**
 * A compiled filter, ready for seccomp(2).
 *
 * @param program struct sock_filter after struct sock_filter
 * @param flags SECCOMP_FILTER_FLAG_*
 */
public record Filter(byte[] program, int flags) {

  /** How many instructions it has. */
  public int length() {
    return program.length / Bpf.SIZE;
  }

  /** Whether loading it gives a descriptor that somebody must answer: SCMP_ACT_NOTIFY. */
  public boolean needsListener() {
    return (flags & SeccompCalls.NEW_LISTENER) != 0;
  }

  /**
   * The call that loads it into the thread that makes it. To be built before: between this call and
   * execve nothing may be allocated and nothing done that the filter forbids. Its result is the
   * notify descriptor where {@link #needsListener}, else 0.
   */
  public Call loadCall() {
    return SeccompCalls.setModeFilter(program, flags);
  }
}
