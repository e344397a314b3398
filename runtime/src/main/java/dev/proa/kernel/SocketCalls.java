package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Local sockets: socket(2), connect(2), socketpair(2), sendmsg(2), recvmsg(2), … of unix(7). */
public final class SocketCalls {
  public static final int AF_UNIX = 1;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_SEQPACKET = 5;
  public static final int SOCK_NONBLOCK = 04000;
  public static final int SOCK_CLOEXEC = 02000000;
  public static final int SHUT_RD = 0;
  public static final int SHUT_WR = 1;
  public static final int SHUT_RDWR = 2;
  public static final int MSG_PEEK = 2;
  public static final int MSG_CTRUNC = 8;
  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_NOSIGNAL = 0x4000;
  public static final int MSG_CMSG_CLOEXEC = 0x40000000;
  public static final int SOL_SOCKET = 1;
  public static final int SCM_RIGHTS = 1;

  /** The most descriptors that one message carries: SCM_MAX_FD of the kernel. */
  public static final int MAX_FDS = 253;

  private static final FlagNames TYPES =
      new FlagNames("0")
          .with(SOCK_SEQPACKET, "SOCK_SEQPACKET")
          .with(SOCK_DGRAM, "SOCK_DGRAM")
          .with(SOCK_STREAM, "SOCK_STREAM")
          .with(SOCK_NONBLOCK, "SOCK_NONBLOCK")
          .with(SOCK_CLOEXEC, "SOCK_CLOEXEC");
  private static final FlagNames MESSAGE_FLAGS =
      new FlagNames("0")
          .with(MSG_PEEK, "MSG_PEEK")
          .with(MSG_CTRUNC, "MSG_CTRUNC")
          .with(MSG_TRUNC, "MSG_TRUNC")
          .with(MSG_DONTWAIT, "MSG_DONTWAIT")
          .with(MSG_NOSIGNAL, "MSG_NOSIGNAL")
          .with(MSG_CMSG_CLOEXEC, "MSG_CMSG_CLOEXEC");
  private static final Arg UNIX = Arg.named(AF_UNIX, "AF_UNIX");

  // struct sockaddr_un: two bytes of family, 108 of path.
  private static final int ADDRESS = 110;
  private static final int PATH_MAX = 107;
  // struct msghdr, struct iovec and struct cmsghdr on a 64-bit kernel.
  private static final int MSGHDR = 56;
  private static final int IOVEC = 16;
  private static final int CMSGHDR = 16;

  private final Kernel kernel;

  /** Over that kernel. */
  public SocketCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /** The two connected ends of socketpair(2). */
  public record Pair(Fd first, Fd second) implements AutoCloseable {
    /** Closes both ends. */
    @Override
    public void close() {
      first.close();
      second.close();
    }
  }

  /**
   * What recvmsg(2) brought.
   *
   * @param data the bytes; empty at the end of the stream
   * @param fds the descriptors that came with them, close-on-exec, now the receiver's to close
   * @param flags MSG_TRUNC, MSG_CTRUNC, … as the kernel set them
   */
  public record Message(byte[] data, List<Fd> fds, int flags) {}

  /** socket(2) of AF_UNIX; SOCK_CLOEXEC is always added. */
  public Fd socket(int type) {
    Call call =
        Call.of(Sysno.SOCKET, UNIX, Arg.flags((long) type | SOCK_CLOEXEC, TYPES), Arg.of(0));
    return new Fd(kernel, (int) kernel.must(call), "socket");
  }

  /** socketpair(2) of AF_UNIX; SOCK_CLOEXEC is always added. */
  public Pair socketpair(int type) {
    byte[] numbers = new byte[8];
    kernel.must(
        Call.of(
            Sysno.SOCKETPAIR,
            UNIX,
            Arg.flags((long) type | SOCK_CLOEXEC, TYPES),
            Arg.of(0),
            Arg.out(numbers)));
    return new Pair(
        new Fd(kernel, Bytes.getInt(numbers, 0), "socket"),
        new Fd(kernel, Bytes.getInt(numbers, 4), "socket"));
  }

  /**
   * connect(2) to the socket at {@code path}. A path of more than 107 bytes, which sockaddr_un
   * cannot hold, is opened with O_PATH and reached through /proc/self/fd.
   */
  public void connect(Fd socket, String path) {
    if (path.getBytes(StandardCharsets.UTF_8).length <= PATH_MAX) {
      kernel.must(connectCall(socket, path));
      return;
    }
    try (Fd target = new FileCalls(kernel).open(path, FileCalls.O_PATH)) {
      kernel.must(connectCall(socket, target.procPath()));
    }
  }

  /** bind(2) to a socket that is made at {@code path}, of at most 107 bytes. */
  public void bind(Fd socket, String path) {
    kernel.must(addressed(Sysno.BIND, socket, path));
  }

  /** listen(2). */
  public void listen(Fd socket, int backlog) {
    kernel.must(Call.of(Sysno.LISTEN, socket.arg(), Arg.of(backlog)));
  }

  /** accept4(2) with SOCK_CLOEXEC: waits for the next connection. */
  public Fd accept(Fd socket) {
    Call call =
        Call.of(Sysno.ACCEPT4, socket.arg(), Arg.NULL, Arg.NULL, Arg.flags(SOCK_CLOEXEC, TYPES));
    return new Fd(kernel, (int) retry(call), "connection");
  }

  private static Call connectCall(Fd socket, String path) {
    return addressed(Sysno.CONNECT, socket, path);
  }

  /** A path that begins with {@code @} is an abstract name, as systemd writes it. */
  private static Call addressed(Sysno number, Fd socket, String path) {
    byte[] address = new byte[ADDRESS];
    byte[] text = path.getBytes(StandardCharsets.UTF_8);
    if (text.length > PATH_MAX) {
      throw new IllegalArgumentException("a socket's path is too long: " + path);
    }
    Bytes.putShort(address, 0, AF_UNIX);
    System.arraycopy(text, 0, address, 2, text.length);
    boolean named = path.startsWith("@");
    if (named) {
      address[2] = 0;
    }
    return Call.of(
        number,
        socket.arg(),
        Arg.struct(address, "{AF_UNIX, " + Quoted.of(text, PATH_MAX) + "}"),
        // An abstract name has no end but its length.
        Arg.of(named ? 2 + text.length : ADDRESS));
  }

  /** send(2) of one message: {@code data} in one piece; a closed peer is EPIPE, never SIGPIPE. */
  public int send(Fd socket, byte[] data) {
    return (int) retry(sendCall(socket, data));
  }

  /** The call that {@link #send} makes, to be built before the time at which it is made. */
  public static Call sendCall(Fd socket, byte[] data) {
    return Call.of(
        Sysno.SENDTO,
        socket.arg(),
        Arg.bytes(data),
        Arg.of(data.length),
        Arg.flags(MSG_NOSIGNAL, MESSAGE_FLAGS));
  }

  /** recv(2): up to {@code buffer.length} bytes; 0 when the peer has closed. */
  public int recv(Fd socket, byte[] buffer) {
    return (int) retry(recvCall(socket, buffer));
  }

  /** The call that {@link #recv} makes; the buffer holds the bytes after it. */
  public static Call recvCall(Fd socket, byte[] buffer) {
    return Call.of(Sysno.RECVFROM, socket.arg(), Arg.out(buffer), Arg.of(buffer.length), Arg.of(0));
  }

  /**
   * sendmsg(2) of {@code data} with copies of these descriptors (SCM_RIGHTS).
   *
   * @return the count of bytes sent; less than all only on a stream
   */
  public int sendmsg(Fd socket, byte[] data, Fd... fds) {
    int[] numbers = new int[fds.length];
    for (int i = 0; i < fds.length; i++) {
      numbers[i] = fds[i].number();
    }
    return (int) retry(sendmsgCall(socket, data, numbers));
  }

  /** The call that {@link #sendmsg} makes, to be built before the time at which it is made. */
  public static Call sendmsgCall(Fd socket, byte[] data, int... fds) {
    byte[] message = new byte[MSGHDR];
    List<Arg.Reference> references = new ArrayList<>(2);
    references.add(new Arg.Reference(16, iovec(data, false)));
    Bytes.putLong(message, 24, 1);
    if (fds.length > 0) {
      int size = CMSGHDR + 4 * fds.length;
      // CMSG_SPACE: the data is padded to eight bytes, the length in the header is not.
      byte[] control = new byte[(size + 7) & ~7];
      Bytes.putLong(control, 0, size);
      Bytes.putInt(control, 8, SOL_SOCKET);
      Bytes.putInt(control, 12, SCM_RIGHTS);
      for (int i = 0; i < fds.length; i++) {
        Bytes.putInt(control, CMSGHDR + 4 * i, fds[i]);
      }
      references.add(new Arg.Reference(32, Arg.bytes(control)));
      Bytes.putLong(message, 40, control.length);
    }
    String text =
        "{" + Quoted.of(data, 64) + (fds.length == 0 ? "" : ", SCM_RIGHTS " + Arrays.toString(fds));
    return Call.of(
        Sysno.SENDMSG,
        socket.arg(),
        new Arg.Memory(message, false, references, Arg.Printer.of(text + "}")),
        Arg.flags(MSG_NOSIGNAL, MESSAGE_FLAGS));
  }

  /**
   * recvmsg(2): up to {@code maxBytes} bytes and {@code maxFds} descriptors. Descriptors beyond
   * that are closed by the kernel and MSG_CTRUNC is set in the flags.
   */
  public Message recvmsg(Fd socket, int maxBytes, int maxFds) {
    byte[] message = new byte[MSGHDR];
    byte[] data = new byte[maxBytes];
    byte[] control = new byte[CMSGHDR + ((4 * maxFds + 7) & ~7)];
    Bytes.putLong(message, 24, 1);
    Bytes.putLong(message, 40, control.length);
    List<Arg.Reference> references =
        List.of(new Arg.Reference(16, iovec(data, true)), new Arg.Reference(32, Arg.out(control)));
    int length =
        (int)
            retry(
                Call.of(
                    Sysno.RECVMSG,
                    socket.arg(),
                    new Arg.Memory(
                        message, true, references, Arg.Printer.of("{[" + maxBytes + " bytes]}")),
                    Arg.flags(MSG_CMSG_CLOEXEC, MESSAGE_FLAGS)));
    return new Message(
        Arrays.copyOf(data, Math.min(length, maxBytes)),
        descriptors(control, (int) Math.min(Bytes.getLong(message, 40), control.length)),
        Bytes.getInt(message, 48));
  }

  private List<Fd> descriptors(byte[] control, int length) {
    List<Fd> fds = new ArrayList<>();
    int offset = 0;
    while (offset + CMSGHDR <= length) {
      int size = (int) Math.min(Bytes.getLong(control, offset), length - offset);
      if (size < CMSGHDR) {
        break;
      }
      if (Bytes.getInt(control, offset + 8) == SOL_SOCKET
          && Bytes.getInt(control, offset + 12) == SCM_RIGHTS) {
        for (int at = offset + CMSGHDR; at + 4 <= offset + size; at += 4) {
          fds.add(new Fd(kernel, Bytes.getInt(control, at), "received"));
        }
      }
      offset += (size + 7) & ~7;
    }
    return fds;
  }

  private static Arg.Memory iovec(byte[] data, boolean filled) {
    byte[] vector = new byte[IOVEC];
    Bytes.putLong(vector, 8, data.length);
    Arg target = new Arg.Memory(data, filled, List.of(), null);
    return new Arg.Memory(vector, false, List.of(new Arg.Reference(0, target)), null);
  }

  /** shutdown(2): {@link #SHUT_RD}, {@link #SHUT_WR} or {@link #SHUT_RDWR}. */
  public void shutdown(Fd socket, int how) {
    String name = how == SHUT_RD ? "SHUT_RD" : how == SHUT_WR ? "SHUT_WR" : "SHUT_RDWR";
    kernel.must(Call.of(Sysno.SHUTDOWN, socket.arg(), Arg.named(how, name)));
  }

  /** Makes the call again for as long as a signal interrupts it. */
  private long retry(Call call) {
    while (true) {
      long result = kernel.call(call);
      if (result >= 0) {
        return result;
      }
      if (result != -Errno.EINTR.value()) {
        throw new KernelException(call, Errno.of((int) -result));
      }
    }
  }
}
