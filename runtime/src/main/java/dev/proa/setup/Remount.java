package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.MountCalls;

/** A mount with the option {@code remount}: changes one that is already there. */
record Remount(String section, String destination, MountOptions options, boolean bind)
    implements Step {

  @Override
  public void apply(Inside inside) {
    MountCalls mounts = new MountCalls(inside.kernel());
    try (Fd mount = new MountPoint(destination, true).present(inside.rootfs())) {
      if (mount == null) {
        throw new SetupException("nothing to remount at " + destination);
      }
      ProcGuard.checkTarget(mounts, mount, destination, true);
      if (bind) {
        BindMount.change(mounts, inside, mount, options.attributes(), false);
      } else {
        mounts.mount(
            null,
            inside.procfs().pathOf(mount),
            null,
            MountCalls.MS_REMOUNT | options.attributes().mountFlags() | options.superblock(),
            String.join(",", options.data()));
      }
      if (!options.recursive().isEmpty()) {
        BindMount.change(mounts, inside, mount, options.recursive(), true);
      }
      MountPoint.propagate(mounts, inside, mount, options);
    }
  }
}
