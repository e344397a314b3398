package dev.proa.operation;

import dev.proa.kernel.Kernel;
import dev.proa.spec.State;

/** {@code resume}: lets the processes of a paused container go on. */
public final class Resume {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Resume(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Thaws the container's cgroup.
   *
   * @throws OperationException if the container is not paused
   */
  public void resume(String id) {
    try (Container container = Container.open(kernel, settings, id)) {
      if (container.status() != State.Status.PAUSED) {
        throw OperationException.notPaused();
      }
      container.cgroup().thaw();
    }
  }
}
