package dev.proa.operation;

import dev.proa.kernel.Kernel;
import java.util.List;

/** {@code create}: runtime.md, Create. */
public final class Create {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Create(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Makes the container; its process waits for {@code start}.
   *
   * @return what the config asks for and did not get, one sentence each: to be logged
   * @throws OperationException if the request is wrong or the id is in use
   * @throws dev.proa.spec.InvalidSpecException if the config is wrong
   * @throws dev.proa.setup.SetupException if a step fails; nothing is left then
   */
  public List<String> create(CreateRequest request) {
    Creation creation = Creation.prepare(kernel, settings, request);
    try (Container container = creation.make(creation.consoleSocket(), null)) {
      creation.tellPid(container);
    }
    return creation.warnings();
  }
}
