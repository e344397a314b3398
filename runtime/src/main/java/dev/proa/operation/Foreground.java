package dev.proa.operation;

import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.SocketCalls;
import dev.proa.kernel.WaitStatus;
import dev.proa.terminal.ConsoleSocket;
import dev.proa.terminal.SignalForwarder;
import dev.proa.terminal.TerminalRelay;

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

  /** Runs the container to its end; the process's exit status, or 128 and its signal. */
  int run() {
    if (!request.noSubreaper()) {
      // Orphans of the container come here to be reaped where its pid namespace is not its own.
      kernel.must(ProcessCalls.setChildSubreaper(true));
    }
    try (SignalForwarder forwarder = SignalForwarder.begin(kernel)) {
      WaitStatus status =
          creation.bundle().spec().process().terminal()
              ? withTerminal(forwarder)
              : forwarder.await(start(null, forwarder));
      if (!request.keep()) {
        new Delete(kernel, settings).delete(request.id(), true);
      }
      return status.code();
    }
  }

  /** Creates and starts; init's pid. The lock is free then: others exec, pause and delete. */
  private int start(Fd console, SignalForwarder forwarder) {
    try (Container container = creation.make(console, forwarder.callersMask())) {
      creation.writePidFile(container);
      Run.startOrDestroy(kernel, container);
      return container.state().initProcessPid();
    }
  }

  private WaitStatus withTerminal(SignalForwarder forwarder) {
    SocketCalls.Pair console = new SocketCalls(kernel).socketpair(SocketCalls.SOCK_STREAM);
    int init = start(console.second(), forwarder);
    console.second().close();
    Fd master = ConsoleSocket.receive(kernel, console.first());
    console.first().close();
    try (TerminalRelay relay = new TerminalRelay(kernel, forwarder, master)) {
      return relay.await(init);
    }
  }
}
