package dev.proa.state;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import java.nio.charset.StandardCharsets;

/**
 * A process named by its pid and its start time, so that a recycled pid is never taken for it.
 *
 * @param pid as the runtime's pid namespace counts
 * @param start in clock ticks since boot: field 22 of proc_pid_stat(5)
 */
public record InitProcess(int pid, long start) {
  /** What /proc tells of a pid right now. */
  private record Line(char state, long start) {}

  /** The process that has this pid now, which is the caller's own child and so still there. */
  public static InitProcess ofChild(Kernel kernel, int pid) {
    Line line = read(kernel, pid);
    return new InitProcess(pid, line == null ? 0 : line.start);
  }

  /** Whether it lives: the pid is there, is the same process, and is no zombie. */
  public boolean isAlive(Kernel kernel) {
    if (pid <= 0) {
      return false;
    }
    Line line = read(kernel, pid);
    return line != null && line.start == start && line.state != 'Z' && line.state != 'X';
  }

  /**
   * Its pidfd, once it is sure that the pid is still its own.
   *
   * @return null if it has ended
   */
  public Fd open(Kernel kernel) {
    Fd pidfd;
    try {
      pidfd = new ProcessCalls(kernel).pidfdOpen(pid);
    } catch (KernelException e) {
      if (e.is(Errno.ESRCH) || e.is(Errno.EINVAL)) {
        return null;
      }
      throw e;
    }
    boolean alive = false;
    try {
      alive = isAlive(kernel);
      return alive ? pidfd : null;
    } finally {
      if (!alive) {
        pidfd.close();
      }
    }
  }

  private static Line read(Kernel kernel, int pid) {
    FileCalls files = new FileCalls(kernel);
    String text;
    try (Fd fd = files.openIfPresent(Fd.CWD, "/proc/" + pid + "/stat", FileCalls.O_RDONLY)) {
      if (fd == null) {
        return null;
      }
      byte[] buffer = new byte[1024];
      text = new String(buffer, 0, files.read(fd, buffer), StandardCharsets.ISO_8859_1);
    } catch (KernelException e) {
      if (e.is(Errno.ESRCH)) {
        return null; // it ended between open and read
      }
      throw e;
    }
    // pid (comm) state ...: comm may hold anything, so count from the last parenthesis
    int at = text.lastIndexOf(')') + 2;
    char state = text.charAt(at);
    for (int field = 3; field < 22; field++) {
      at = text.indexOf(' ', at) + 1;
    }
    return new Line(state, Long.parseLong(text.substring(at, text.indexOf(' ', at))));
  }
}
