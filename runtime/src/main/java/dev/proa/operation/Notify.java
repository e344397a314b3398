package dev.proa.operation;

import dev.proa.kernel.Environment;
import dev.proa.kernel.Kernel;
import dev.proa.spec.Spec;
import dev.proa.state.StateFolder;
import dev.proa.terminal.NotifySocket;

/** NOTIFY_SOCKET of the caller's environment: sd_notify(3) from the container to systemd. */
final class Notify {
  private Notify() {}

  /** The caller's socket, or null where nobody wants to know. */
  private static String callers() {
    String socket = Environment.get("NOTIFY_SOCKET");
    return socket == null || socket.isEmpty() ? null : socket;
  }

  /**
   * The config with the mount and the variable by which the container finds its socket.
   *
   * @param folder the container's state folder, which need not be there yet
   */
  static Bundle prepare(Bundle bundle, String folder) {
    if (callers() == null || bundle.spec().process() == null) {
      return bundle;
    }
    Spec spec = bundle.spec();
    return bundle.with(spec.with(NotifySocket.mount(folder), NotifySocket.env()));
  }

  /** Makes the folder that is mounted. */
  static void makeFolder(Kernel kernel, StateFolder folder) {
    if (callers() != null) {
      NotifySocket.makeDirectory(kernel, folder.folder());
    }
  }

  /** The socket that the container will send to, or null where it was created without. */
  static NotifySocket listen(Kernel kernel, StateFolder folder) {
    String callers = callers();
    return callers == null || !NotifySocket.isPrepared(kernel, folder.folder())
        ? null
        : NotifySocket.listen(kernel, folder.folder(), callers);
  }
}
