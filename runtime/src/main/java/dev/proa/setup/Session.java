package dev.proa.setup;

import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.kernel.SignalCalls;

/**
 * What the process starts with and no section names: a session of its own, and signals as a fresh
 * process has them.
 */
public final class Session {
  private Session() {}

  /** A session without a terminal: the caller's cannot be reached through it (TIOCSTI). */
  public static Step plan() {
    return new CallsStep("session", ProcessCalls.setsid());
  }

  /**
   * Signals as they were before the runtime blocked and ignored some for itself.
   *
   * @param mask the caller's signal mask
   */
  public static Step signals(long mask) {
    return new CallsStep(
        "signals", SignalCalls.setDefault(Signal.SIGPIPE), SignalCalls.setMask(mask));
  }
}
