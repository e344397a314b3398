package dev.proa.setup;

import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import java.util.StringTokenizer;

/**
 * Makes the process root of its user namespace, so that what it makes belongs to the container's
 * root and not to an id that has no mapping.
 */
public final class UserNamespace implements Step {
  private static final String ALL_IDS = Long.toString((1L << 32) - 1);

  @Override
  public String section() {
    return "linux.namespaces: user";
  }

  @Override
  public void apply(Inside inside) {
    becomeRoot(inside.kernel());
  }

  /**
   * Whether this process's user namespace is the machine's own, whose root may make device nodes
   * and set device rules: the one in which all ids are mapped to themselves (user_namespaces(7)).
   */
  public static boolean isInitial(Kernel kernel) {
    StringTokenizer map = new StringTokenizer(new FileCalls(kernel).readText("/proc/self/uid_map"));
    return map.countTokens() == 3
        && map.nextToken().equals("0")
        && map.nextToken().equals("0")
        && map.nextToken().equals(ALL_IDS);
  }

  /** setresgid(0, 0, 0) and setresuid(0, 0, 0). */
  public static void becomeRoot(Kernel kernel) {
    kernel.must(CredentialCalls.setresgid(0));
    kernel.must(CredentialCalls.setresuid(0));
  }
}
