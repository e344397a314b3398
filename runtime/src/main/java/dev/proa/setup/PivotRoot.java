package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.MountInfo;
import dev.proa.kernel.PathCalls;
import dev.proa.kernel.ProcessCalls;
import java.util.ArrayList;
import java.util.List;

/** Makes the container's root file system the root directory, and the host's unreachable. */
public final class PivotRoot implements Step {
  private enum Way {
    PIVOT,
    MOVE,
    CHROOT
  }

  private final Way way;

  private PivotRoot(Way way) {
    this.way = way;
  }

  /**
   * The step.
   *
   * @param mountNamespace whether the container has a mount namespace of its own; without one there
   *     is only chroot(2), which keeps nobody in who has CAP_SYS_CHROOT
   * @param noPivot {@code --no-pivot}: for a host whose root is the initial ramfs, which
   *     pivot_root(2) refuses
   */
  public static PivotRoot plan(boolean mountNamespace, boolean noPivot) {
    return new PivotRoot(!mountNamespace ? Way.CHROOT : noPivot ? Way.MOVE : Way.PIVOT);
  }

  @Override
  public String section() {
    return "root";
  }

  @Override
  public void apply(Inside inside) {
    Kernel kernel = inside.kernel();
    MountCalls mounts = new MountCalls(kernel);
    if (way == Way.MOVE) {
      hideHostProc(kernel, mounts);
    }
    kernel.must(ProcessCalls.fchdir(inside.rootfs().root()));
    switch (way) {
      case PIVOT -> {
        // With "." twice the old root comes to lie over the new one, and no directory for it is
        // needed in the image (pivot_root(2), NOTES).
        mounts.pivotRoot(".", ".");
        // ".." of the root is what lies over it. Where the config wants a shared root, it is the
        // host's peer: without this the host's mounts would be unmounted too.
        mounts.mount(null, "..", null, MountCalls.MS_SLAVE | MountCalls.MS_REC, null);
        mounts.umount(".", MountCalls.MNT_DETACH);
      }
      case MOVE -> {
        mounts.mount(".", "/", null, MountCalls.MS_MOVE, null);
        new PathCalls(kernel).chroot(".");
      }
      case CHROOT -> new PathCalls(kernel).chroot(".");
    }
    kernel.must(ProcessCalls.chdir("/"));
    // What the process starts with unless its user has another; it was 0 since the step Root.
    kernel.must(ProcessCalls.umask(022));
  }

  /**
   * Unmounts the host's procfs and sysfs mounts, or covers them where the kernel holds them.
   *
   * <p>After a moved root they would stay in the namespace, out of sight but whole: a kernel that
   * looks for a fully visible procfs before it allows a new one in a user namespace would find
   * them.
   */
  private static void hideHostProc(Kernel kernel, MountCalls mounts) {
    String table = new FileCalls(kernel).readText("/proc/self/mountinfo");
    List<String> points = new ArrayList<>();
    for (String line : table.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      int dash = line.indexOf(" - ");
      if (fields.length < 5 || dash < 0 || fields[4].equals("/")) {
        continue;
      }
      String type = line.substring(dash + 3);
      // A mount of a subtree is not what the kernel looks for.
      if (fields[3].equals("/") && (type.startsWith("proc ") || type.startsWith("sysfs "))) {
        points.add(MountInfo.unescape(fields[4]));
      }
    }
    for (String point : points.reversed()) {
      mounts.mount(null, point, null, MountCalls.MS_SLAVE | MountCalls.MS_REC, null);
      try {
        mounts.umount(point, MountCalls.MNT_DETACH);
      } catch (KernelException e) {
        if (!e.is(Errno.EINVAL) && !e.is(Errno.EPERM)) {
          throw e;
        }
        mounts.mount("tmpfs", point, "tmpfs", 0, "");
      }
    }
  }
}
