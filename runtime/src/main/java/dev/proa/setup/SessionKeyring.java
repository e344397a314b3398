package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.KeyringCalls;

/**
 * A session keyring of the container's own, unless {@code --no-new-keyring}: without it the process
 * would have the keys of whoever called the runtime. The name is runc's, {@code _ses.ID}.
 */
public final class SessionKeyring implements Step {
  private static final long OTHER_SEARCH = 0x8;
  private static final long USER_SEARCH = 0x80000;

  private final Call join;
  private final long added;
  private final String label;

  private SessionKeyring(Call join, long added, String label) {
    this.join = join;
    this.added = added;
    this.label = label;
  }

  /**
   * For the container {@code id}.
   *
   * @param userNamespace whether it has one: then whoever joins is not the key's owner
   * @param label the process's SELinux context, or null: else the key had the runtime's, and the
   *     container could not use it
   */
  public static SessionKeyring plan(String id, boolean userNamespace, String label) {
    return new SessionKeyring(
        KeyringCalls.joinSession("_ses." + id), userNamespace ? OTHER_SEARCH : USER_SEARCH, label);
  }

  @Override
  public String section() {
    return "session keyring";
  }

  @Override
  public void apply(Inside inside) {
    Kernel kernel = inside.kernel();
    if (label != null) {
      // For keys that this process makes until execve(2).
      inside.procfs().writeProcessFile("self/attr/keycreate", label);
    }
    long key = kernel.call(join);
    if (key == -Errno.ENOSYS.value()) {
      return; // a kernel without keyrings, or a runtime inside a container whose seccomp says so
    }
    if (key < 0) {
      throw new KernelException(join, Errno.of((int) -key));
    }
    // A process that joins the container later must be able to find it.
    kernel.must(KeyringCalls.setPermissions(key, KeyringCalls.permissions(kernel, key) | added));
  }
}
