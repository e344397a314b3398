package dev.proa.operation;

import dev.proa.handshake.StartSocket;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.terminal.NotifySocket;

/** {@code start}: runtime.md, Start. */
public final class Start {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Start(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Lets init execute the process, and runs the poststart hooks once it does.
   *
   * @throws OperationException if the container is not {@code created}, or the process cannot be
   *     executed
   */
  public void start(String id) {
    try (Container container = Container.open(kernel, settings, id)) {
      if (!container.init().isAlive(kernel)) {
        throw new OperationException("cannot start a container that has stopped");
      }
      if (container.cgroup().isFrozen()) { // its init could not answer
        throw new OperationException("cannot start a container in the paused state");
      }
      startAndNotify(kernel, container);
    }
  }

  /** The same for a container that is open; where systemd waits for it, until it is ready. */
  static void startAndNotify(Kernel kernel, Container container) {
    try (NotifySocket notify = Notify.listen(kernel, container.folder())) {
      start(kernel, container);
      if (notify != null) {
        int init = container.state().initProcessPid();
        container.unlock(); // until it is ready others exec in it and delete it
        notify.await(init);
      }
    }
  }

  /** Lets init of an open container go on. */
  static void start(Kernel kernel, Container container) {
    kernel.phase("start");
    StartSocket socket = new StartSocket(kernel);
    try (Fd connection = socket.connect(container.folder().folder())) {
      if (connection == null) {
        throw new OperationException("cannot start an already running container");
      }
      socket.go(connection);
      String failure = answer(kernel, container, socket, connection);
      if (failure != null) {
        throw new OperationException(failure);
      }
    }
    Hooks.poststart(kernel, container);
  }

  /** Init's answer. An init that cannot be heard is not left to run: the start has failed. */
  private static String answer(
      Kernel kernel, Container container, StartSocket socket, Fd connection) {
    try {
      return socket.answer(connection);
    } catch (KernelException e) {
      if (container.init().isAlive(kernel)) {
        kernel.call(ProcessCalls.kill(container.init().pid(), Signal.SIGKILL));
      }
      return "init has ended before it executed the process: " + e.errno();
    }
  }
}
