package dev.proa.setup;

import dev.proa.kernel.ProcessCalls;

/**
 * {@code process.noNewPrivileges}: no later execve(2) gains what set-uid bits or file caps give.
 */
public final class NoNewPrivileges {
  private NoNewPrivileges() {}

  /** The step, or null where the config does not ask for it. */
  public static Step plan(boolean noNewPrivileges) {
    return noNewPrivileges
        ? new CallsStep("process.noNewPrivileges", ProcessCalls.setNoNewPrivs())
        : null;
  }
}
