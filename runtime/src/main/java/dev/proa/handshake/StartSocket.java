package dev.proa.handshake;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.SocketCalls;
import java.nio.charset.StandardCharsets;

/**
 * The socket {@code start.sock} on which a created container waits for {@code start}.
 *
 * <p>Init listens; a container is {@code created} for as long as somebody accepts connections
 * there: a fact of the kernel, not a file's word. Whoever starts it connects and sends {@link #GO};
 * init then closes the listening socket, so that a second start is refused, runs the startContainer
 * hooks, and executes the process. Its end of the connection is close-on-exec: the end of the
 * stream without a byte says that the process runs; a text before it says why it does not.
 *
 * <p>A connection that closes without {@link #GO} asks only whether somebody listens.
 */
public final class StartSocket {
  /** The socket's name in the state folder. */
  public static final String NAME = "start.sock";

  /** The byte that starts the container. */
  static final byte GO = '0';

  private final SocketCalls sockets;

  /** Over that kernel. */
  public StartSocket(Kernel kernel) {
    this.sockets = new SocketCalls(kernel);
  }

  /**
   * Makes the socket in the state folder and listens on it, so that a connection succeeds from now
   * on.
   */
  public Fd listen(Fd folder) {
    Fd socket = sockets.socket(SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC);
    try {
      sockets.bind(socket, folder.procPath() + "/" + NAME);
      sockets.listen(socket, 8);
      return socket;
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Connects to init.
   *
   * @return the connection, or null if nobody listens: the container was started, or is gone
   */
  public Fd connect(Fd folder) {
    Fd socket = sockets.socket(SocketCalls.SOCK_STREAM | SocketCalls.SOCK_CLOEXEC);
    try {
      sockets.connect(socket, folder.procPath() + "/" + NAME);
      return socket;
    } catch (KernelException e) {
      socket.close();
      if (e.is(Errno.ECONNREFUSED) || e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  /** Init's side: waits until somebody sends {@link #GO}; the connection to answer on. */
  public Fd awaitGo(Fd listening) {
    byte[] one = new byte[1];
    while (true) {
      Fd connection = sockets.accept(listening);
      if (received(connection, one) && one[0] == GO) {
        return connection;
      }
      connection.close();
    }
  }

  private boolean received(Fd connection, byte[] one) {
    try {
      return sockets.recv(connection, one) == 1;
    } catch (KernelException e) {
      return false; // the caller was killed between connect and GO: as if it had not come
    }
  }

  /** The starter's side: sends {@link #GO}. */
  public void go(Fd connection) {
    sockets.send(connection, new byte[] {GO});
  }

  /**
   * Then waits until the process is executed.
   *
   * @return null once the process runs, or why it does not
   * @throws KernelException if init cannot be heard: it has ended before
   */
  public String answer(Fd connection) {
    byte[] answer = new byte[4096];
    int length = 0;
    while (length < answer.length) {
      byte[] part = new byte[answer.length - length];
      int count = sockets.recv(connection, part);
      if (count == 0) {
        break;
      }
      System.arraycopy(part, 0, answer, length, count);
      length += count;
    }
    return length == 0 ? null : new String(answer, 0, length, StandardCharsets.UTF_8);
  }

  /** Init's side: says why the process cannot be executed. */
  public void fail(Fd connection, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sockets.send(connection, bytes.length == 0 ? new byte[] {'?'} : bytes);
  }
}
