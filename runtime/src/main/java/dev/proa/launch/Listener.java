package dev.proa.launch;

import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.seccomp.ContainerProcessState;
import dev.proa.setup.SetupException;
import java.util.ArrayList;
import java.util.List;

/** The listener of a seccomp filter with SCMP_ACT_NOTIFY on its way to the agent. */
final class Listener {
  private Listener() {}

  /**
   * Takes it from the helper of the process that loads the filter, gives it to the agent, and waits
   * until the process is ready.
   *
   * @param path {@code linux.seccomp.listenerPath}
   */
  static void handOn(Kernel kernel, Channel channel, ContainerProcessState state, String path) {
    List<Fd> given = new ArrayList<>();
    boolean ready = channel.receiveFd(given) == Message.Type.READY;
    if (given.isEmpty()) {
      channel.receiveFd(given); // the process was faster than its helper
    }
    try (Fd listener = given.getFirst()) {
      state.send(kernel, path, listener);
    } catch (KernelException e) {
      throw new SetupException("linux.seccomp.listenerPath: " + e.getMessage());
    }
    if (!ready) {
      channel.expect(Message.Type.READY);
    }
  }
}
