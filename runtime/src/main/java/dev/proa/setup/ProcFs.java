package dev.proa.setup;

import dev.proa.kernel.Fd;

/** A verified procfs that nothing in the container can redirect. */
public final class ProcFs {
  private final Fd root;

  /** Over the descriptor of the procfs mount's root. */
  public ProcFs(Fd root) {
    this.root = root;
  }

  /** The procfs root. */
  public Fd root() {
    return root;
  }
}
