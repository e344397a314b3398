package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.Stat;
import java.util.List;

/**
 * Paths that cannot be read: config-linux.md, Masked Paths. A file gets the null device mounted
 * over it, a directory an empty read-only tmpfs, which is one for all of them.
 */
public final class MaskedPaths implements Step {
  private final List<String> paths;
  private final String label;

  private MaskedPaths(List<String> paths, String label) {
    this.paths = paths;
    this.label = label;
  }

  /**
   * The step, or null where the config names none.
   *
   * @param label the SELinux context of the tmpfs, or null
   */
  public static Step plan(List<String> paths, String label) {
    return paths.isEmpty() ? null : new MaskedPaths(paths, label);
  }

  @Override
  public String section() {
    return "linux.maskedPaths";
  }

  @Override
  public void apply(Inside inside) {
    Masks masks = new Masks(inside, label);
    for (int i = 0; i < paths.size(); i++) {
      try (Fd target = inside.rootfs().openIfPresent(paths.get(i), FileCalls.O_PATH)) {
        if (target != null) {
          masks.cover(target);
        }
      }
    }
    masks.close();
  }

  /** What is mounted over the paths, opened when the first of its kind comes. */
  private static final class Masks {
    private final Inside inside;
    private final String label;
    private final MountCalls mounts;
    private final FileCalls files;
    private Fd device;
    private Fd empty;

    Masks(Inside inside, String label) {
      this.inside = inside;
      this.label = label;
      this.mounts = new MountCalls(inside.kernel());
      this.files = new FileCalls(inside.kernel());
    }

    void cover(Fd target) {
      boolean directory = files.stat(target).isDirectory();
      try {
        if (directory) {
          coverDirectory(target);
        } else {
          try (Fd copy = mounts.cloneTree(device(), "", false, true)) {
            mounts.moveMount(copy, target);
          }
        }
      } catch (KernelException e) {
        if (!e.is(Errno.ENOSYS)) {
          throw e;
        }
        coverByPath(target, directory);
      }
    }

    private void coverDirectory(Fd target) {
      if (empty != null) {
        try (Fd copy = mounts.cloneTree(empty, "", false, true)) {
          mounts.moveMount(copy, target);
        }
        return;
      }
      try (Fd context = mounts.fsopen("tmpfs")) {
        mounts.fsconfigString(context, "source", "tmpfs");
        mounts.fsconfigString(context, "nr_blocks", "1");
        mounts.fsconfigString(context, "nr_inodes", "1");
        if (label != null && !label.isEmpty()) {
          mounts.fsconfigString(context, "context", label);
        }
        mounts.fsconfigCreate(context);
        // Attached before it is copied: kernels before 6.15 copy no detached mount.
        Fd mount = mounts.fsmount(context, MountCalls.MOUNT_ATTR_RDONLY);
        mounts.moveMount(mount, target);
        empty = mount;
      }
    }

    /**
     * The container's /dev/null, if it is one: an image that has a link there would get the link's
     * target mounted instead, writable, as {@code /proc/sys/kernel/core_pattern} (CVE-2025-31133,
     * CVE-2025-62161).
     */
    private Fd device() {
      if (device == null) {
        Fd opened = inside.rootfs().open("/dev/null", FileCalls.O_PATH | FileCalls.O_NOFOLLOW);
        Stat stat = files.stat(opened);
        if ((stat.mode() & FileCalls.S_IFMT) != FileCalls.S_IFCHR
            || stat.rdev() != Stat.makedev(1, 3)) {
          opened.close();
          throw new SetupException("/dev/null of the container is not the null device");
        }
        device = opened;
      }
      return device;
    }

    /** Before Linux 5.2. */
    private void coverByPath(Fd target, boolean directory) {
      String path = inside.procfs().pathOf(target);
      if (directory) {
        String data = "nr_blocks=1,nr_inodes=1";
        mounts.mount(
            "tmpfs",
            path,
            "tmpfs",
            MountCalls.MS_RDONLY,
            label == null || label.isEmpty() ? data : data + ",context=\"" + label + '"');
      } else {
        mounts.mount("self/fd/" + device().number(), path, null, MountCalls.MS_BIND, null);
      }
    }

    void close() {
      if (device != null) {
        device.close();
      }
      if (empty != null) {
        empty.close();
      }
    }
  }
}
