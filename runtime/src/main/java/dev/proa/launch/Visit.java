package dev.proa.launch;

import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.setup.Inside;
import dev.proa.setup.ProcFs;
import dev.proa.setup.Rootfs;
import dev.proa.setup.SetupException;
import dev.proa.setup.UserNamespace;
import java.util.function.Consumer;

/** A child of the runtime that enters a container's mounts, changes something there, and ends. */
public final class Visit {
  private final Kernel kernel;
  private final Fd container;
  private final boolean userNamespace;

  /**
   * @param container init's pidfd
   * @param userNamespace whether the container has a user namespace of its own
   */
  public Visit(Kernel kernel, Fd container, boolean userNamespace) {
    this.kernel = kernel;
    this.container = container;
    this.userNamespace = userNamespace;
  }

  /**
   * Does it there.
   *
   * @throws SetupException with what failed
   */
  public void make(Consumer<Inside> change) {
    Channel.Pair pair = Channel.pair(kernel);
    int child = new ProcessCalls(kernel).fork();
    if (child == 0) {
      try {
        // Nobody in the container may look into this process (CVE-2016-9962).
        kernel.must(ProcessCalls.setDumpable(false));
        change.accept(enter());
        kernel.call(ProcessCalls.exit(0));
      } catch (Throwable e) { // it must reach the runtime, and this process must end
        boolean known = e instanceof KernelException || e instanceof SetupException;
        pair.init().fail(known ? e.getMessage() : "visit: " + e);
      }
      kernel.call(ProcessCalls.exit(1));
    }
    pair.init().close();
    try (Channel channel = pair.runtime()) {
      Message failure = channel.receive();
      new ProcessCalls(kernel).wait4(child, ProcessCalls.WALL);
      if (failure != null) {
        throw new SetupException(failure.payload());
      }
    }
  }

  private Inside enter() {
    long flags = NamespaceCalls.CLONE_NEWNS | (userNamespace ? NamespaceCalls.CLONE_NEWUSER : 0);
    new NamespaceCalls(kernel).setns(container, flags);
    if (userNamespace) {
      UserNamespace.becomeRoot(kernel);
    }
    Fd root = new FileCalls(kernel).open("/", FileCalls.O_PATH | FileCalls.O_DIRECTORY);
    return new Inside(kernel, new Rootfs(kernel, root), new ProcFs(kernel));
  }
}
