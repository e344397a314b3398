package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;

/**
 * Where a mount goes, resolved once to a descriptor and made where it is missing.
 *
 * @param destination the config's path
 * @param follow whether a symbolic link at the end of it is followed
 */
record MountPoint(String destination, boolean follow) {
  private static final int DIRECTORY = FileCalls.O_PATH | FileCalls.O_DIRECTORY;

  MountPoint {
    if (Rootfs.clean(destination).isEmpty()) {
      throw new SetupException("a mount on the root directory itself is not possible");
    }
  }

  /** What is there, or null. */
  Fd present(Rootfs rootfs) {
    return rootfs.openIfPresent(
        destination, FileCalls.O_PATH | (follow ? 0 : FileCalls.O_NOFOLLOW));
  }

  /** The directory that is there, or null. */
  Fd presentDirectory(Rootfs rootfs) {
    return rootfs.openIfPresent(destination, DIRECTORY | (follow ? 0 : FileCalls.O_NOFOLLOW));
  }

  /**
   * The directory that is there, or null; not one that a link leads to. procfs and sysfs on a link
   * of the image would be somewhere else than where they are trusted (CVE-2019-19921,
   * CVE-2023-27561, CVE-2023-28642, CVE-2025-54867).
   *
   * @throws SetupException if something else is there
   */
  Fd ordinaryDirectory(Rootfs rootfs, String type) {
    try {
      return rootfs.openIfPresent(destination, DIRECTORY | FileCalls.O_NOFOLLOW);
    } catch (KernelException e) {
      if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
        throw new SetupException(
            "filesystem \"" + type + "\" must be mounted on ordinary directory");
      }
      throw e;
    }
  }

  /** Makes it, where nothing is. */
  Fd make(Rootfs rootfs, boolean directory) {
    return directory ? rootfs.makeMissing(destination, 0755) : rootfs.createFile(destination, 0755);
  }

  /** Changes the propagation of a mount that is attached. */
  static void propagate(MountCalls mounts, Inside inside, Fd mount, MountOptions options) {
    for (int i = 0; i < options.propagations().size(); i++) {
      long flags = options.propagations().get(i);
      boolean recursive = (flags & MountCalls.MS_REC) != 0;
      try {
        mounts.setAttributes(mount, recursive, 0, 0, flags & ~MountCalls.MS_REC, null);
      } catch (KernelException e) {
        if (!e.is(Errno.ENOSYS)) {
          throw e;
        }
        mounts.mount(null, inside.procfs().pathOf(mount), null, flags, null);
      }
    }
  }
}
