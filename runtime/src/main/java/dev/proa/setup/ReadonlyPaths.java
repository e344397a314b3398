package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import java.util.List;

/** Paths that cannot be written to: config-linux.md, Readonly Paths. */
public final class ReadonlyPaths implements Step {
  private final List<String> paths;

  private ReadonlyPaths(List<String> paths) {
    this.paths = paths;
  }

  /** The step, or null where the config names none. */
  public static Step plan(List<String> paths) {
    return paths.isEmpty() ? null : new ReadonlyPaths(paths);
  }

  @Override
  public String section() {
    return "linux.readonlyPaths";
  }

  @Override
  public void apply(Inside inside) {
    MountCalls mounts = new MountCalls(inside.kernel());
    for (int i = 0; i < paths.size(); i++) {
      try (Fd target = inside.rootfs().openIfPresent(paths.get(i), FileCalls.O_PATH)) {
        if (target != null) {
          coverWithReadonly(inside, mounts, target, paths.get(i));
        }
      }
    }
  }

  /** A copy of what is there, read-only before it is seen. */
  private static void coverWithReadonly(Inside inside, MountCalls mounts, Fd target, String path) {
    try (Fd copy = mounts.cloneTree(target, "", true, true)) {
      mounts.setAttributes(copy, false, MountCalls.MOUNT_ATTR_RDONLY, 0, 0, null);
      mounts.moveMount(copy, target);
    } catch (KernelException e) {
      if (!e.is(Errno.ENOSYS)) {
        throw e;
      }
      String name = inside.procfs().pathOf(target);
      mounts.mount(name, name, null, MountCalls.MS_BIND | MountCalls.MS_REC, null);
      try (Fd mount = inside.rootfs().open(path, FileCalls.O_PATH)) {
        MountAttributes readonly = MountAttributes.NONE.with(MountCalls.MOUNT_ATTR_RDONLY);
        LockedFlags.remount(mounts, inside.procfs().pathOf(mount), mount, readonly);
      }
    }
  }
}
