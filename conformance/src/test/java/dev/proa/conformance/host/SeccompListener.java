package dev.proa.conformance.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The supervisor's end of a seccomp filter, seccomp_unotify(2). */
public final class SeccompListener implements AutoCloseable {
  private static final long RECEIVE = 0xc0502100L;
  private static final long SEND = 0xc0182101L;
  private static final int TIMEOUT_MILLISECONDS = 20_000;

  private final int fd;

  /** Takes over the descriptor. */
  public SeccompListener(int fd) {
    this.fd = fd;
  }

  /**
   * Waits for one call and answers it.
   *
   * @param error the negative errno that the caller gets
   * @return the number of the call
   */
  public int answer(int error) {
    if (!Libc.readable(fd, TIMEOUT_MILLISECONDS)) {
      throw new AssertionError("no notification");
    }
    try (Arena arena = Arena.ofConfined()) {
      // struct seccomp_notif: id 8, pid 4, flags 4, data {nr 4, arch 4, ip 8, args 48}.
      MemorySegment request = arena.allocate(80, 8);
      Libc.ioctl(fd, RECEIVE, request).orFail("SECCOMP_IOCTL_NOTIF_RECV");
      // struct seccomp_notif_resp: id 8, val 8, error 4, flags 4.
      MemorySegment response = arena.allocate(24, 8);
      response.set(ValueLayout.JAVA_LONG, 0, request.get(ValueLayout.JAVA_LONG, 0));
      response.set(ValueLayout.JAVA_INT, 16, error);
      Libc.ioctl(fd, SEND, response).orFail("SECCOMP_IOCTL_NOTIF_SEND");
      return request.get(ValueLayout.JAVA_INT, 16);
    }
  }

  @Override
  public void close() {
    Libc.close(fd);
  }
}
