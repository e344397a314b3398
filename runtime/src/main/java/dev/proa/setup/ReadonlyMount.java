package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.MountCalls;

/** Makes a mount read-only that had to be written to until now. */
record ReadonlyMount(String section, FileSystemMount mount) implements Step {

  @Override
  public void apply(Inside inside) {
    MountAttributes readonly = mount.attributes().with(MountCalls.MOUNT_ATTR_RDONLY);
    try (Fd root = mount.attached()) {
      BindMount.change(new MountCalls(inside.kernel()), inside, root, readonly, false);
    }
  }
}
