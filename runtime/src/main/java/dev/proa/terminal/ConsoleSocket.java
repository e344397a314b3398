package dev.proa.terminal;

import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.SocketCalls;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code --console-socket}, as runc does it and conmon, containerd and Docker expect it: one
 * message on a stream socket, whose bytes name the descriptor that comes with it; then the end.
 *
 * <p>{@code --pidfd-socket} is the same with a pidfd. In the foreground the runtime is its own
 * receiver, at the other end of a socketpair(2).
 */
public final class ConsoleSocket {
  /** The name that runc sends with a terminal. */
  public static final String PTMX = "/dev/ptmx";

  private static final int MAX_NAME = 4096;

  private ConsoleSocket() {}

  /** Connects, in the caller's mount namespace: the path is the caller's. */
  public static Fd connect(Kernel kernel, String path) {
    SocketCalls sockets = new SocketCalls(kernel);
    Fd socket = sockets.socket(SocketCalls.SOCK_STREAM);
    try {
      sockets.connect(socket, path);
      return socket;
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Hands a descriptor out. */
  public static void send(Kernel kernel, Fd socket, Fd descriptor, String name) {
    new SocketCalls(kernel).sendmsg(socket, name.getBytes(StandardCharsets.UTF_8), descriptor);
  }

  /**
   * Waits for a descriptor.
   *
   * @throws TerminalException where the other side closed without sending exactly one
   */
  public static Fd receive(Kernel kernel, Fd socket) {
    SocketCalls.Message message = new SocketCalls(kernel).recvmsg(socket, MAX_NAME, 2);
    List<Fd> fds = message.fds();
    if (fds.size() != 1) {
      for (Fd fd : fds) {
        fd.close();
      }
      throw new TerminalException("expected one descriptor and got " + fds.size());
    }
    return fds.getFirst();
  }
}
