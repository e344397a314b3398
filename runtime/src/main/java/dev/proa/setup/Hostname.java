package dev.proa.setup;

import dev.proa.kernel.UtsCalls;

/** The host name in the container's UTS namespace: config.md, Hostname. */
public final class Hostname {
  private Hostname() {}

  /** The step, or null where the config has no host name. */
  public static Step plan(String hostname) {
    return hostname == null || hostname.isEmpty()
        ? null
        : new CallsStep("hostname", UtsCalls.sethostname(hostname));
  }
}
