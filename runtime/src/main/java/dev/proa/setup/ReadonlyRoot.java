package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;

/** Makes the root mount read-only, not those in it: config.md, Root, {@code readonly}. */
public final class ReadonlyRoot implements Step {
  private ReadonlyRoot() {}

  /** The step. */
  public static ReadonlyRoot plan() {
    return new ReadonlyRoot();
  }

  @Override
  public String section() {
    return "root.readonly";
  }

  @Override
  public void apply(Inside inside) {
    MountCalls mounts = new MountCalls(inside.kernel());
    MountAttributes readonly = MountAttributes.NONE.with(MountCalls.MOUNT_ATTR_RDONLY);
    try {
      mounts.setAttributes(inside.rootfs().root(), false, readonly.set(), 0, 0, null);
    } catch (KernelException e) {
      if (!e.is(Errno.ENOSYS)) {
        throw e;
      }
      LockedFlags.remount(mounts, "/", inside.rootfs().root(), readonly);
    }
  }
}
