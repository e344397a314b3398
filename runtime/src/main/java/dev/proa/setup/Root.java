package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.spec.linux.Linux;

/**
 * Makes the root file system a mount of its own and opens it: config.md, Root. Everything after it
 * goes through {@link Rootfs}.
 */
public final class Root implements Step {
  private final String path;
  private final boolean ownMounts;
  private final boolean shared;

  private Root(String path, boolean ownMounts, boolean shared) {
    this.path = path;
    this.ownMounts = ownMounts;
    this.shared = shared;
  }

  /**
   * The step for the root file system at that path of the host.
   *
   * @param path absolute, symbolic links resolved
   * @param mountNamespace whether the container has a mount namespace of its own; without one the
   *     host's mounts are left alone
   */
  public static Root plan(String path, boolean mountNamespace) {
    return plan(path, mountNamespace, null);
  }

  /** {@link #plan(String, boolean)} where the config has a propagation for the root, or null. */
  public static Root plan(
      String path, boolean mountNamespace, Linux.RootfsPropagation propagation) {
    return new Root(path, mountNamespace, RootfsPropagation.leavesShared(propagation));
  }

  @Override
  public String section() {
    return "root";
  }

  @Override
  public void apply(Inside inside) {
    MountCalls mounts = new MountCalls(inside.kernel());
    FileCalls files = new FileCalls(inside.kernel());
    // Modes are the ones given: 0666 for /dev/null. Umask's own step sets the process's.
    inside.kernel().must(ProcessCalls.umask(0));
    Fd directory = files.open(path, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
    if (!ownMounts) {
      inside.rootfs().enter(directory);
      return;
    }
    if (shared) {
      keepFromHost(mounts);
    }
    inside.rootfs().enter(attach(mounts, files, directory));
    directory.close();
  }

  /**
   * Makes the mount private in which the root file system lies: on a shared one the new mount would
   * show up on the host, and pivot_root(2) refuses it.
   */
  private void keepFromHost(MountCalls mounts) {
    String at = path;
    while (true) {
      try {
        mounts.mount(null, at, null, MountCalls.MS_PRIVATE, null);
        return;
      } catch (KernelException e) {
        // EINVAL: no mount point; it is further up.
        if (!e.is(Errno.EINVAL) || at.equals("/")) {
          throw e;
        }
        at = at.substring(0, Math.max(at.lastIndexOf('/'), 1));
      }
    }
  }

  private Fd attach(MountCalls mounts, FileCalls files, Fd directory) {
    try {
      Fd tree = mounts.cloneTree(directory, "", true, true);
      mounts.moveMount(tree, directory);
      return tree;
    } catch (KernelException e) {
      if (!e.is(Errno.ENOSYS)) {
        throw e;
      }
      mounts.mount(path, path, null, MountCalls.MS_BIND | MountCalls.MS_REC, null);
      return files.open(path, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
    }
  }
}
