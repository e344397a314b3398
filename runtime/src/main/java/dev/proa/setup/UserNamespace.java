package dev.proa.setup;

import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Kernel;

/**
 * Makes the process root of its user namespace, so that what it makes belongs to the container's
 * root and not to an id that has no mapping.
 */
public final class UserNamespace implements Step {
  @Override
  public String section() {
    return "linux.namespaces: user";
  }

  @Override
  public void apply(Inside inside) {
    becomeRoot(inside.kernel());
  }

  /** setresgid(0, 0, 0) and setresuid(0, 0, 0). */
  public static void becomeRoot(Kernel kernel) {
    kernel.must(CredentialCalls.setresgid(0));
    kernel.must(CredentialCalls.setresuid(0));
  }
}
