package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.spec.linux.Linux;

/**
 * What mounting and unmounting in the container means for the host, and the other way round:
 * config-linux.md, Rootfs Mount Propagation.
 */
public final class RootfsPropagation {
  private RootfsPropagation() {}

  /**
   * The step before the first mount. By default the copies of the host's mounts become slaves:
   * nothing done to them reaches the host, and what the host mounts still arrives. Where the config
   * wants a shared root they stay the host's peers, so that a bind mount can be shared with it;
   * then {@link Root} and {@link PivotRoot} keep what they do themselves from it.
   *
   * @param propagation the config's word, or null
   */
  public static Step plan(Linux.RootfsPropagation propagation) {
    return new Start(
        switch (propagation) {
          case null -> MountCalls.MS_SLAVE | MountCalls.MS_REC;
          // An unbindable mount could not be copied; the finished root becomes it.
          case UNBINDABLE -> MountCalls.MS_PRIVATE;
          case RUNBINDABLE -> MountCalls.MS_PRIVATE | MountCalls.MS_REC;
          default -> flags(propagation);
        });
  }

  /**
   * The step for the finished root mount, or null where there is nothing to change. It is done
   * inside: before, the mount that the flags are for is not the root yet.
   */
  public static Step finish(Linux.RootfsPropagation propagation) {
    return switch (propagation) {
      case null -> null;
      case PRIVATE, RPRIVATE -> null; // every mount is since the start
      default -> new Finish(flags(propagation));
    };
  }

  /** Whether some mounts of the container may still be peers of the host's after the start. */
  static boolean leavesShared(Linux.RootfsPropagation propagation) {
    return switch (propagation) {
      case null -> false;
      case RSLAVE, RPRIVATE, RUNBINDABLE -> false;
      default -> true;
    };
  }

  private static long flags(Linux.RootfsPropagation propagation) {
    return switch (propagation) {
      case PRIVATE -> MountCalls.MS_PRIVATE;
      case RPRIVATE -> MountCalls.MS_PRIVATE | MountCalls.MS_REC;
      case SHARED -> MountCalls.MS_SHARED;
      case RSHARED -> MountCalls.MS_SHARED | MountCalls.MS_REC;
      case SLAVE -> MountCalls.MS_SLAVE;
      case RSLAVE -> MountCalls.MS_SLAVE | MountCalls.MS_REC;
      case UNBINDABLE -> MountCalls.MS_UNBINDABLE;
      case RUNBINDABLE -> MountCalls.MS_UNBINDABLE | MountCalls.MS_REC;
    };
  }

  private record Start(long flags) implements Step {
    @Override
    public String section() {
      return "linux.rootfsPropagation";
    }

    @Override
    public void apply(Inside inside) {
      new MountCalls(inside.kernel()).mount(null, "/", null, flags, null);
    }
  }

  private record Finish(long flags) implements Step {
    @Override
    public String section() {
      return "linux.rootfsPropagation";
    }

    @Override
    public void apply(Inside inside) {
      MountCalls mounts = new MountCalls(inside.kernel());
      Fd root = inside.rootfs().root();
      boolean recursive = (flags & MountCalls.MS_REC) != 0;
      try {
        mounts.setAttributes(root, recursive, 0, 0, flags & ~MountCalls.MS_REC, null);
      } catch (KernelException e) {
        if (!e.is(Errno.ENOSYS)) {
          throw e;
        }
        mounts.mount(null, "/", null, flags, null);
      }
    }
  }
}
