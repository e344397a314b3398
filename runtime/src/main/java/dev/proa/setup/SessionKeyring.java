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

  private SessionKeyring(Call join, long added) {
    this.join = join;
    this.added = added;
  }

  /**
   * For the container {@code id}.
   *
   * @param userNamespace whether it has one: then whoever joins is not the key's owner
   */
  public static SessionKeyring plan(String id, boolean userNamespace) {
    return new SessionKeyring(
        KeyringCalls.joinSession("_ses." + id), userNamespace ? OTHER_SEARCH : USER_SEARCH);
  }

  @Override
  public String section() {
    return "session keyring";
  }

  @Override
  public void apply(Inside inside) {
    Kernel kernel = inside.kernel();
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
