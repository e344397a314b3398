package dev.proa.operation;

import dev.proa.diagnosis.Hints;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.Choice;
import dev.proa.spec.InvalidSpecException;
import dev.proa.spec.Process;
import dev.proa.spec.Spec;
import dev.proa.spec.Specs;
import java.util.List;

/**
 * Explains why an operation has failed, afterwards and from outside: it looks at the bundle and at
 * the host again. Nothing of it is needed while operations succeed, and none of it can fail: where
 * it knows nothing it says nothing.
 */
public final class Diagnose {
  private final Kernel kernel;
  private final Settings settings;
  private final String message;
  private final Hints hints;

  /**
   * For one error.
   *
   * @param message its text, without the command's name
   */
  public Diagnose(Kernel kernel, Settings settings, String message) {
    this.kernel = kernel;
    this.settings = settings;
    this.message = message;
    this.hints = new Hints(kernel, message);
  }

  /** A container that was to be made from a bundle, and perhaps started. */
  public List<String> create(String id, String path) {
    if (message.equals(OperationException.alreadyExists().getMessage())) {
      hints.add("`proa list` shows it; take another id, or remove it: proa delete --force " + id);
    } else if (message.startsWith("JSON specification file")) {
      hints.add("the bundle is " + path + "; proa spec --bundle " + path + " writes a config.json");
    } else if (message.startsWith("cannot allocate tty")) {
      hints.add(
          "process.terminal is true: set it to false, give --console-socket, or run without"
              + " --detach");
    } else if (message.startsWith("config.json:")) {
      hints.add("proa validate --bundle " + path + " shows the lines, and what else is wrong");
    } else if (message.contains("container's cgroup is not empty")) {
      hints.add("another container has the same linux.cgroupsPath: give each its own, or none");
    } else {
      of(
          () -> {
            Bundle bundle = Bundle.read(kernel, path);
            hints.ofBundle(bundle.spec(), bundle.path());
          });
    }
    return hints.lines();
  }

  /** A container that was to be started. */
  public List<String> start(String id) {
    of(
        () -> {
          if (isMissing(id)) {
            return;
          }
          try (Container container = Container.look(kernel, settings, id)) {
            Spec spec = Specs.trusted("config.json", container.folder().readConfig());
            hints.ofBundle(spec, container.state().bundle());
          }
        });
    return hints.lines();
  }

  /** A process that was to be executed in a container. */
  public List<String> exec(ExecRequest request) {
    of(
        () -> {
          if (isMissing(request.id())) {
            return;
          }
          try (Container container = Container.look(kernel, settings, request.id())) {
            Spec spec = Specs.trusted("config.json", container.folder().readConfig());
            Process own = spec.process() == null ? Process.NONE : spec.process();
            if (container.init().isAlive(kernel)) {
              Process process = Exec.process(kernel, request, own);
              hints.ofProcess(spec.with(process), container.state().initProcessPid());
            } else {
              hints.add("its process has ended; proa delete " + request.id() + " removes it");
            }
          }
        });
    return hints.lines();
  }

  private boolean isMissing(String id) {
    if (!message.equals(OperationException.doesNotExist().getMessage())) {
      return false;
    }
    List<String> ids = new ListContainers(kernel, settings).ids();
    String meant = Choice.nearest(id, ids);
    if (meant != null) {
      hints.add("did you mean " + meant + "?");
    } else {
      hints.add("`proa list` shows those below " + settings.root());
    }
    return true;
  }

  private static void of(Runnable look) {
    try {
      look.run();
    } catch (OperationException | InvalidSpecException | KernelException e) {
      return; // gone, or not for this user
    }
  }
}
