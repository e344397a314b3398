package dev.proa.operation;

import dev.proa.kernel.Kernel;
import java.util.List;

/** {@code restore}: makes a container whose processes come from the images of a checkpoint. */
public final class Restore {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Restore(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Restores the container.
   *
   * @param warnings takes what failed and does not count
   * @return 0 if detached; else the process's exit status, or 128 and the signal that killed it
   * @throws OperationException if the request is wrong, or CRIU fails; nothing is left then
   */
  public int restore(RestoreRequest request, List<String> warnings) {
    CreateRequest create = request.create();
    Creation creation = Creation.prepare(kernel, settings, create, new Restoration(request));
    if (create.detach()) {
      try (Container container = creation.make(creation.consoleSocket(), null)) {
        creation.tellPid(container);
      }
      return 0;
    }
    return new Foreground(kernel, settings, create, creation).run(warnings);
  }
}
