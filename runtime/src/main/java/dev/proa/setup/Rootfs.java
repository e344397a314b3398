package dev.proa.setup;

import dev.proa.kernel.Fd;

/** The container's root file system, held by a descriptor; every path in it is resolved here. */
public final class Rootfs {
  private final Fd root;

  /** Over the descriptor of the root directory. */
  public Rootfs(Fd root) {
    this.root = root;
  }

  /** The root directory itself. */
  public Fd root() {
    return root;
  }
}
