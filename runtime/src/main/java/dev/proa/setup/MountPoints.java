package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the mount points of a config's mounts without the mounts: for CRIU, which mounts by itself
 * and expects them as {@code create} would have made them.
 */
public final class MountPoints {
  private MountPoints() {}

  /** Gives the calling process a mount namespace of its own, whose mounts reach nobody. */
  public static void separate(Kernel kernel) {
    new NamespaceCalls(kernel).unshare(NamespaceCalls.CLONE_NEWNS);
    new MountCalls(kernel).mount(null, "/", null, MountCalls.MS_REC | MountCalls.MS_PRIVATE, null);
  }

  /**
   * Makes them, in a mount namespace that {@link #separate} has made: bind mounts are made too,
   * because later mount points may lie in them.
   *
   * @param path the root file system's
   */
  public static void make(Kernel kernel, String path, List<Mount> mounts, String bundle) {
    FileCalls files = new FileCalls(kernel);
    MountCalls calls = new MountCalls(kernel);
    List<String> temporary = new ArrayList<>();
    for (Mount mount : mounts) {
      if ("tmpfs".equals(mount.type())) {
        temporary.add("/" + Rootfs.clean(mount.destination()) + "/");
      }
    }
    try (Fd root = files.open(path, FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      Rootfs rootfs = new Rootfs(kernel, root);
      for (int i = 0; i < mounts.size(); i++) {
        Mount mount = mounts.get(i);
        // What lies on a tmpfs is restored with its content.
        if (!isBelow(temporary, "/" + Rootfs.clean(mount.destination()) + "/")) {
          make(calls, files, rootfs, mount, bundle);
        }
      }
    }
  }

  private static boolean isBelow(List<String> folders, String path) {
    for (String folder : folders) {
      if (path.startsWith(folder) && path.length() > folder.length()) {
        return true;
      }
    }
    return false;
  }

  private static void make(
      MountCalls calls, FileCalls files, Rootfs rootfs, Mount mount, String bundle) {
    MountPoint point = new MountPoint(mount.destination(), true);
    MountOptions options = MountOptions.of(mount.options());
    if (!Mounts.isBind(mount, options)) {
      point.make(rootfs, true).close();
      return;
    }
    String source = mount.source().startsWith("/") ? mount.source() : bundle + "/" + mount.source();
    boolean recursive = options.has(MountOptions.RECURSIVE);
    try (Fd tree = calls.cloneTree(Fd.CWD, source, recursive, true);
        Fd target = point.make(rootfs, files.stat(tree).isDirectory())) {
      calls.moveMount(tree, target);
    }
  }
}
