package dev.proa.operation;

import dev.proa.kernel.Kernel;
import dev.proa.spec.State;

/** {@code pause}: stops all processes of a container where they are. */
public final class Pause {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Pause(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Freezes the container's cgroup; answers when its processes have stopped.
   *
   * @throws OperationException if the container is neither running nor created
   */
  public void pause(String id) {
    try (Container container = Container.open(kernel, settings, id)) {
      State.Status status = container.status();
      if (status != State.Status.RUNNING && status != State.Status.CREATED) {
        throw OperationException.notRunning();
      }
      container.cgroup().freeze();
    }
  }
}
