package dev.proa.setup;

import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.spec.Mount;
import dev.proa.spec.linux.Linux;
import java.util.List;

/** Mounts that a container gets or loses while it runs: crun's {@code mounts}. */
public final class LiveMounts {
  private final Mounts mounts;

  private LiveMounts(Mounts mounts) {
    this.mounts = mounts;
  }

  /**
   * Decides how they are made, as for a new container.
   *
   * @param mounts with sources of the host, absolute
   * @param linux the container's section, for the mount label and the id mappings; may be null
   * @param selinux whether the kernel has SELinux: without it there are no labels
   */
  public static LiveMounts plan(List<Mount> mounts, Linux linux, boolean selinux) {
    String label = linux == null || !selinux ? null : linux.mountLabel();
    return new LiveMounts(Mounts.plan(mounts, "/", CgroupView.NONE, linux, label));
  }

  /** Opens what is bound, in the host's mount namespace. */
  public void openSources(Kernel kernel) {
    for (Step step : mounts.steps()) {
      if (step instanceof OpensSource source) {
        try {
          source.openSource(kernel);
        } catch (KernelException e) {
          throw new SetupException(step.section() + ": " + e.getMessage());
        }
      }
    }
  }

  /** Makes them, in the container's mount namespace. */
  public void add(Inside inside) {
    for (Step step : mounts.steps()) {
      apply(step, inside);
    }
    for (Step step : mounts.afterwards()) {
      apply(step, inside);
    }
  }

  private static void apply(Step step, Inside inside) {
    try {
      step.apply(inside);
    } catch (KernelException | SetupException e) {
      throw new SetupException(step.section() + ": " + e.getMessage());
    }
  }

  /** Takes those at these destinations away, the last first; what is in use goes when it is not. */
  public static void remove(Inside inside, List<Mount> mounts) {
    MountCalls calls = new MountCalls(inside.kernel());
    for (int i = mounts.size() - 1; i >= 0; i--) {
      try {
        calls.umount(
            "/" + Rootfs.clean(mounts.get(i).destination()),
            MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW);
      } catch (KernelException e) {
        throw new SetupException("mounts[" + i + "]: " + e.getMessage());
      }
    }
  }
}
