package dev.proa.handshake;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.SocketCalls;
import java.util.List;

/**
 * One end of the handshake. A message that is not the expected one is either the other side's
 * error, which is thrown, or the other side's end.
 */
public final class Channel implements AutoCloseable {
  /** The largest packet, in bytes; a longer error text is cut. */
  static final int MAXIMUM = 4096;

  private final SocketCalls sockets;
  private final Fd socket;
  private byte[] packet; // one for all: init touches no page more for a further message

  private Channel(Kernel kernel, Fd socket) {
    this.sockets = new SocketCalls(kernel);
    this.socket = socket;
  }

  /** The two ends: the runtime's first. */
  public record Pair(Channel runtime, Channel init) {}

  /** A connected pair: socketpair(AF_UNIX, SOCK_SEQPACKET), both close-on-exec. */
  public static Pair pair(Kernel kernel) {
    SocketCalls.Pair pair =
        new SocketCalls(kernel).socketpair(SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC);
    return new Pair(new Channel(kernel, pair.first()), new Channel(kernel, pair.second()));
  }

  /** Over one end that is open already. */
  public static Channel over(Kernel kernel, Fd socket) {
    return new Channel(kernel, socket);
  }

  /** This end's descriptor. */
  public Fd socket() {
    return socket;
  }

  /** Says something without more to it. */
  public void send(Message.Type type) {
    send(type, "");
  }

  /** Says something. */
  public void send(Message.Type type, String payload) {
    sockets.send(socket, new Message(type, payload).encode());
  }

  /** Says something and gives a descriptor with it. */
  public void sendFd(Message.Type type, Fd fd) {
    sockets.sendmsg(socket, new Message(type, "").encode(), fd);
  }

  /**
   * Waits for a message that may carry a descriptor.
   *
   * @param given takes the descriptor, which is then the caller's to close
   * @return its type
   * @throws PeerFailed if the other side reports an error
   * @throws PeerEnded if it has ended without a word
   */
  public Message.Type receiveFd(List<Fd> given) {
    SocketCalls.Message packet = sockets.recvmsg(socket, MAXIMUM, 1);
    given.addAll(packet.fds());
    if (packet.data().length == 0) {
      throw new PeerEnded();
    }
    Message message = Message.decode(packet.data(), packet.data().length);
    if (message.type() == Message.Type.ERROR) {
      throw new PeerFailed(message.payload());
    }
    return message.type();
  }

  /**
   * Waits for the other side.
   *
   * @return what it said; null if it has ended or closed its end
   */
  public Message receive() {
    if (packet == null) {
      packet = new byte[MAXIMUM];
    }
    int length;
    try {
      length = sockets.recv(socket, packet);
    } catch (KernelException e) {
      if (!e.is(Errno.ECONNRESET)) {
        throw e;
      }
      // It ended with a message of ours unread; said once, before its own last words.
      length = sockets.recv(socket, packet);
    }
    return length == 0 ? null : Message.decode(packet, length);
  }

  /**
   * Waits for one message of that type.
   *
   * @return its payload
   * @throws PeerFailed if the other side reports an error
   * @throws PeerEnded if it has ended without a word
   */
  public String expect(Message.Type type) {
    Message message = receive();
    if (message == null) {
      throw new PeerEnded();
    }
    if (message.type() == Message.Type.ERROR) {
      throw new PeerFailed(message.payload());
    }
    if (message.type() != type) {
      throw new IllegalStateException("expected " + type + ", got " + message.type());
    }
    return message.payload();
  }

  /** Tells an error if the other side is still there to hear it. */
  public void fail(String text) {
    tell(Message.Type.ERROR, text);
  }

  /** Says something without more to it to a side that may have ended: its last word is unread. */
  public void tell(Message.Type type) {
    tell(type, "");
  }

  private void tell(Message.Type type, String payload) {
    try {
      send(type, payload);
    } catch (KernelException e) {
      if (!e.is(Errno.EPIPE) && !e.is(Errno.ECONNRESET)) { // the latter where it left words unread
        throw e;
      }
      sockets.shutdown(
          socket,
          SocketCalls.SHUT_WR); // should it wait all the same, it hears that nothing more comes
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  /** The other side has reported an error: its text. */
  public static final class PeerFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PeerFailed(String text) {
      super(text, null, false, false);
    }
  }

  /** The other side has ended without a word; its exit status tells more. */
  public static final class PeerEnded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PeerEnded() {
      super("the other side has ended", null, false, false);
    }
  }
}
