package dev.proa.setup;

import dev.proa.kernel.UtsCalls;

/** The NIS domain name in the container's UTS namespace: config.md, Domainname. */
public final class Domainname {
  private Domainname() {}

  /** The step, or null where the config has no domain name. */
  public static Step plan(String domainname) {
    return domainname == null || domainname.isEmpty()
        ? null
        : new CallsStep("domainname", UtsCalls.setdomainname(domainname));
  }
}
