package dev.proa.operation;

import dev.proa.kernel.Kernel;
import java.util.List;

/** {@code run}: create, start, and in the foreground wait and delete. */
public final class Run {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Run(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Runs the container.
   *
   * @param warnings takes what failed and does not count, and what the config does not get
   * @return 0 if detached; else the process's exit status, or 128 and the signal that killed it
   */
  public int run(CreateRequest request, List<String> warnings) {
    Creation creation = Creation.prepare(kernel, settings, request);
    creation.demandProcess();
    return run(request, creation, warnings);
  }

  /**
   * Runs the container and learns which system calls it makes.
   *
   * @param profile where the seccomp profile goes that allows them, in the spec's form, absolute;
   *     what a file there allows already stays allowed
   */
  public int learn(CreateRequest request, String profile, List<String> warnings) {
    Creation creation = Creation.prepare(kernel, settings, request);
    creation.demandProcess();
    SeccompLearner learner = new SeccompLearner(kernel, profile);
    creation.learn(learner);
    learner.begin();
    int code;
    try {
      code = run(request, creation, warnings);
    } catch (RuntimeException e) {
      learner.cancel();
      throw e;
    }
    if (!request.detach()) {
      learner.end();
    }
    return code;
  }

  private int run(CreateRequest request, Creation creation, List<String> warnings) {
    if (request.detach()) {
      try (Container container = creation.make(creation.consoleSocket(), null)) {
        warnings.addAll(creation.warnings());
        creation.tellPid(container);
        startOrDestroy(kernel, container, () -> Start.startAndNotify(kernel, container));
      }
      return 0;
    }
    return new Foreground(kernel, settings, request, creation).run(warnings);
  }

  /** Starts a created container; if that fails, nothing of it is left. */
  static void startOrDestroy(Kernel kernel, Container container, Runnable start) {
    try {
      start.run();
    } catch (RuntimeException e) {
      Delete.destroy(kernel, container.folder(), container.state());
      throw e;
    }
  }
}
