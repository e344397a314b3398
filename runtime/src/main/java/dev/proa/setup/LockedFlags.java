package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.StatFs;

/** Changing a bind mount with mount(2), for kernels before 5.12, which have no mount_setattr(2). */
final class LockedFlags {
  private LockedFlags() {}

  /**
   * Remounts with exactly these attributes; where that is refused because the mount's own are
   * locked in this user namespace, with those too, unless the config clears one of them.
   *
   * @param path names the mount that {@code mount} is open on
   */
  static void remount(MountCalls mounts, String path, Fd mount, MountAttributes wanted) {
    long flags = MountCalls.MS_BIND | MountCalls.MS_REMOUNT | wanted.mountFlags();
    try {
      mounts.mount(null, path, null, flags, null);
    } catch (KernelException e) {
      long own = attributes(mounts.statfs(mount).flags());
      if (!e.is(Errno.EPERM) || (own & wanted.clear()) != 0) {
        throw e;
      }
      mounts.mount(null, path, null, flags | wanted.with(own).mountFlags(), null);
    }
  }

  /** The ST_ flags of statfs(2) as MOUNT_ATTR_ flags. */
  private static long attributes(long status) {
    return when(status, StatFs.ST_RDONLY, MountCalls.MOUNT_ATTR_RDONLY)
        | when(status, StatFs.ST_NOSUID, MountCalls.MOUNT_ATTR_NOSUID)
        | when(status, StatFs.ST_NODEV, MountCalls.MOUNT_ATTR_NODEV)
        | when(status, StatFs.ST_NOEXEC, MountCalls.MOUNT_ATTR_NOEXEC)
        | when(status, StatFs.ST_NOATIME, MountCalls.MOUNT_ATTR_NOATIME)
        | when(status, StatFs.ST_NODIRATIME, MountCalls.MOUNT_ATTR_NODIRATIME);
  }

  private static long when(long status, long bit, long attribute) {
    return (status & bit) == 0 ? 0 : attribute;
  }
}
