package dev.proa.operation;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.state.InitProcess;

/** {@code kill}: runtime.md, Kill. */
public final class Kill {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Kill(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Sends the signal.
   *
   * @param signal its name, with or without {@code SIG}, in any case, or its number
   * @param all whether every process of the container gets it; then a stopped one is no error
   * @throws OperationException if there is no such signal or container, or it does not run
   */
  public void kill(String id, String signal, boolean all) {
    int number = Signal.parse(signal);
    if (number < 0) {
      throw new OperationException("unknown signal \"" + signal + "\"");
    }
    try (Container container = Container.look(kernel, settings, id)) {
      if (all) {
        all(container, number);
        return;
      }
      if (!signal(container.init(), number)) {
        throw OperationException.notRunning();
      }
    }
  }

  private void all(Container container, int signal) {
    if (signal == Signal.SIGKILL) {
      container.cgroup().kill();
      return;
    }
    for (int pid : container.cgroup().processes()) {
      kernel.call(ProcessCalls.kill(pid, signal));
    }
  }

  /**
   * Signals through a pidfd, so that a process that got the pid later is never hit.
   *
   * @return whether it was there
   */
  private boolean signal(InitProcess init, int signal) {
    if (init.pid() <= 0) {
      return false;
    }
    ProcessCalls process = new ProcessCalls(kernel);
    try (Fd pidfd = process.pidfdOpen(init.pid())) {
      if (!init.isAlive(kernel)) {
        return false;
      }
      kernel.must(ProcessCalls.pidfdSendSignal(pidfd, signal));
      return true;
    } catch (KernelException e) {
      if (e.is(Errno.ESRCH) || e.is(Errno.EINVAL)) {
        return false;
      }
      throw e;
    }
  }
}
