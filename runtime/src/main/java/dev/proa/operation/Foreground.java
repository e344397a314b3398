package dev.proa.operation;

import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.SocketCalls;
import dev.proa.kernel.WaitStatus;
import dev.proa.terminal.ConsoleSocket;
import dev.proa.terminal.NotifySocket;
import dev.proa.terminal.SignalForwarder;
import dev.proa.terminal.TerminalRelay;
import java.util.List;

/** {@code run} in the foreground: waits for init, passes signals on, relays a terminal. */
final class Foreground {
  private final Kernel kernel;
  private final Settings settings;
  private final CreateRequest request;
  private final Creation creation;

  Foreground(Kernel kernel, Settings settings, CreateRequest request, Creation creation) {
    this.kernel = kernel;
    this.settings = settings;
    this.request = request;
    this.creation = creation;
  }

  /**
   * Runs the container to its end.
   *
   * @param warnings takes what failed and does not count, and what the config does not get
   * @return the process's exit status, or 128 and its signal
   */
  int run(List<String> warnings) {
    if (!request.noSubreaper()) {
      // Orphans of the container come here to be reaped where its pid namespace is not its own.
      kernel.must(ProcessCalls.setChildSubreaper(true));
    }
    try (SignalForwarder forwarder = SignalForwarder.begin(kernel)) {
      WaitStatus status =
          creation.bundle().spec().process().terminal()
              ? withTerminal(forwarder)
              : withoutTerminal(forwarder);
      warnings.addAll(creation.warnings());
      if (!request.keep()) {
        kernel.phase("delete");
        warnings.addAll(new Delete(kernel, settings).delete(request.id(), true));
      }
      return status.code();
    }
  }

  private WaitStatus withoutTerminal(SignalForwarder forwarder) {
    try (Container container = creation.make(null, forwarder.callersMask());
        NotifySocket notify = Notify.listen(kernel, container.folder())) {
      int init = start(container);
      kernel.phase("wait");
      container.unlock(); // while it runs others exec, pause and delete it
      return forwarder.await(init, notify);
    }
  }

  /** The terminal is taken over before the start: the process finds it with its size. */
  private WaitStatus withTerminal(SignalForwarder forwarder) {
    try (SocketCalls.Pair console = new SocketCalls(kernel).socketpair(SocketCalls.SOCK_STREAM)) {
      try (Container container = creation.make(console.second(), forwarder.callersMask())) {
        Fd master = ConsoleSocket.receive(kernel, console.first());
        try (TerminalRelay relay = new TerminalRelay(kernel, forwarder, master);
            NotifySocket notify = Notify.listen(kernel, container.folder())) {
          int init = start(container);
          kernel.phase("wait");
          container.unlock();
          return relay.await(init, notify);
        }
      }
    }
  }

  /** Tells the pid and starts; init's pid. */
  private int start(Container container) {
    creation.tellPid(container);
    if (!creation.restores()) {
      Run.startOrDestroy(kernel, container, () -> Start.start(kernel, container));
    }
    return container.state().initProcessPid();
  }
}
