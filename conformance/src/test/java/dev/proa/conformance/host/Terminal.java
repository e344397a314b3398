package dev.proa.conformance.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** The master of a pseudoterminal, ioctl_tty(2). */
public final class Terminal implements AutoCloseable {
  private static final long TIOCSWINSZ = 0x5414;
  private static final int TIMEOUT_MILLISECONDS = 20_000;

  private final int fd;
  private final StringBuilder seen = new StringBuilder();

  /** Takes over the descriptor. */
  public Terminal(int fd) {
    this.fd = fd;
  }

  /** Everything read so far. */
  public String seen() {
    return seen.toString();
  }

  /** Reads until what has come is as wanted. */
  public String await(Predicate<String> wanted) {
    long end = System.nanoTime() + TIMEOUT_MILLISECONDS * 1_000_000L;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4096);
      while (!wanted.test(seen())) {
        if (System.nanoTime() > end) {
          throw new AssertionError("the terminal shows: " + seen);
        }
        if (Libc.readable(fd, 100)) {
          Libc.Outcome read = Libc.read(fd, buffer);
          if (read.value() <= 0) {
            // EIO: the other end has been closed.
            if (wanted.test(seen())) {
              break;
            }
            throw new AssertionError("the terminal ended after: " + seen);
          }
          byte[] bytes = buffer.asSlice(0, read.value()).toArray(ValueLayout.JAVA_BYTE);
          seen.append(new String(bytes, StandardCharsets.UTF_8));
        }
      }
    }
    return seen();
  }

  /** Types text. */
  public Terminal type(String text) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment buffer = arena.allocate(bytes.length);
      MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
      Libc.write(fd, buffer).orFail("write");
    }
    return this;
  }

  /** Sets its size. */
  public void resize(int rows, int columns) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 2);
      size.set(ValueLayout.JAVA_SHORT, 0, (short) rows);
      size.set(ValueLayout.JAVA_SHORT, 2, (short) columns);
      Libc.ioctl(fd, TIOCSWINSZ, size).orFail("TIOCSWINSZ");
    }
  }

  @Override
  public void close() {
    Libc.close(fd);
  }
}
