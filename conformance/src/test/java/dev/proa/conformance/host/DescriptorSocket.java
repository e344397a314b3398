package dev.proa.conformance.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A listening AF_UNIX stream socket to which a runtime sends descriptors, unix(7). */
public final class DescriptorSocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int TIMEOUT_MILLISECONDS = 20_000;

  private final Path path;
  private final int listener;

  private DescriptorSocket(Path path, int listener) {
    this.path = path;
    this.listener = listener;
  }

  /** Data and the descriptors that came with it. */
  public record Message(byte[] data, List<Integer> descriptors) {
    /** The data as text. */
    public String text() {
      return new String(data, StandardCharsets.UTF_8);
    }
  }

  /** Listens at a path that does not exist yet. */
  public static DescriptorSocket listen(Path path) {
    int fd = Libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      Libc.bind(fd, address(arena, path), addressLength(path));
    }
    Libc.listen(fd);
    return new DescriptorSocket(path, fd);
  }

  /** The address of a socket at a path: unix(7). */
  static MemorySegment address(Arena arena, Path path) {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    MemorySegment address = arena.allocate(110, 8);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
    return address;
  }

  static int addressLength(Path path) {
    return 2 + path.toString().getBytes(StandardCharsets.UTF_8).length + 1;
  }

  /** Where it listens. */
  public Path path() {
    return path;
  }

  /** Accepts one connection and takes everything it sends until it is closed. */
  public Message receive() {
    await(listener, "connection");
    int connection = Libc.accept(listener, SOCK_CLOEXEC);
    List<Integer> descriptors = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    try {
      while (true) {
        Message part = receiveFrom(connection);
        if (part.data().length == 0) {
          break;
        }
        all.append(new String(part.data(), StandardCharsets.ISO_8859_1));
        descriptors.addAll(part.descriptors());
      }
    } finally {
      Libc.close(connection);
    }
    return new Message(all.toString().getBytes(StandardCharsets.ISO_8859_1), descriptors);
  }

  /** Waits for one message on a socket. */
  static Message receiveFrom(int socket) {
    await(socket, "message");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(65_536, 8);
      MemorySegment control = arena.allocate(256, 8);
      MemorySegment vector = arena.allocate(16, 8);
      MemorySegment message = arena.allocate(56, 8);
      vector.set(ValueLayout.ADDRESS, 0, data);
      vector.set(ValueLayout.JAVA_LONG, 8, data.byteSize());
      message.set(ValueLayout.ADDRESS, 16, vector);
      message.set(ValueLayout.JAVA_LONG, 24, 1);
      message.set(ValueLayout.ADDRESS, 32, control);
      message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
      long count = Libc.recvmsg(socket, message, MSG_CMSG_CLOEXEC);
      List<Integer> descriptors = new ArrayList<>();
      collect(control, message.get(ValueLayout.JAVA_LONG, 40), descriptors);
      return new Message(data.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), descriptors);
    }
  }

  private static void collect(MemorySegment control, long length, List<Integer> into) {
    if (length < 16) {
      return;
    }
    long size = control.get(ValueLayout.JAVA_LONG, 0);
    if (control.get(ValueLayout.JAVA_INT, 8) == SOL_SOCKET
        && control.get(ValueLayout.JAVA_INT, 12) == SCM_RIGHTS) {
      for (long at = 16; at + 4 <= size; at += 4) {
        into.add(control.get(ValueLayout.JAVA_INT, at));
      }
    }
  }

  private static void await(int fd, String what) {
    if (!Libc.readable(fd, TIMEOUT_MILLISECONDS)) {
      throw new AssertionError("no " + what + " within " + TIMEOUT_MILLISECONDS + " ms");
    }
  }

  @Override
  public void close() {
    Libc.close(listener);
  }
}
