package dev.proa.conformance.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** systemd's end of sd_notify(3): a datagram socket; and a sender to such a socket. */
public final class NotifyListener implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;

  private final Path path;
  private final int socket;

  private NotifyListener(Path path, int socket) {
    this.path = path;
    this.socket = socket;
  }

  /** Listens at a path that does not exist yet. */
  public static NotifyListener listen(Path path) {
    int socket = Libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      Libc.bind(
          socket, DescriptorSocket.address(arena, path), DescriptorSocket.addressLength(path));
    }
    return new NotifyListener(path, socket);
  }

  /** Where it listens. */
  public Path path() {
    return path;
  }

  /** Waits for one message; a descriptor that comes with it (BARRIER=1) is closed. */
  public String receive() {
    DescriptorSocket.Message message = DescriptorSocket.receiveFrom(socket);
    message.descriptors().forEach(Libc::close);
    return message.text();
  }

  /** Sends a message to another such socket, as a service does. */
  public static void send(Path to, String text) {
    int socket = Libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data =
          arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.UTF_8));
      Libc.sendto(
          socket, data, DescriptorSocket.address(arena, to), DescriptorSocket.addressLength(to));
    } finally {
      Libc.close(socket);
    }
  }

  @Override
  public void close() {
    Libc.close(socket);
  }
}
