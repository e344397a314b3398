package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
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
      settings.debug("signal " + number + " to pid " + container.init().pid());
      boolean everyone = number == Signal.SIGKILL && sharesPids(container.init());
      if (!signal(container.init(), number)) {
        throw OperationException.notRunning();
      }
      if (number == Signal.SIGKILL) {
        killTheRest(container.cgroup(), everyone);
      }
    }
  }

  /**
   * Whether the end of init is not the end of the others: it is process 1 of no pid namespace, but
   * in that of the host or of another container.
   */
  private boolean sharesPids(InitProcess init) {
    try {
      String status = new FileCalls(kernel).readText("/proc/" + init.pid() + "/status");
      int line = status.indexOf("\nNSpid:");
      int end = status.indexOf('\n', line + 1);
      return line >= 0 && !status.substring(line, end).endsWith("\t1");
    } catch (KernelException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ESRCH)) {
        return false; // it has just ended: the signal will find nobody
      }
      throw e;
    }
  }

  private static void killTheRest(Cgroup cgroup, boolean everyone) {
    if (everyone) {
      cgroup.kill();
    } else if (cgroup.isFrozen()) {
      // A process that is frozen by cgroups v1 dies only once it is thawed.
      cgroup.thaw();
    }
  }

  private void all(Container container, int signal) {
    if (signal == Signal.SIGKILL) {
      container.cgroup().kill();
      return;
    }
    KernelException refused = null;
    for (int pid : container.cgroup().processes()) {
      try {
        kernel.must(ProcessCalls.kill(pid, signal));
      } catch (KernelException e) {
        // One that has just ended is no failure; a refusal is, once the others have the signal.
        refused = e.is(Errno.ESRCH) ? refused : e;
      }
    }
    if (refused != null) {
      throw refused;
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
