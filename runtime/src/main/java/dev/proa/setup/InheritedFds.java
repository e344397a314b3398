package dev.proa.setup;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Environment;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Sysno;
import java.util.ArrayList;
import java.util.List;

/**
 * What the process gets besides 0, 1 and 2: systemd's listening sockets (sd_listen_fds(3)), then
 * those of {@code --preserve-fds}, which is also the order in which the caller passed them. All
 * others are closed right before execve(2).
 *
 * @param listen how many listening sockets
 * @param preserve how many more
 */
public record InheritedFds(int listen, int preserve) {
  private static final int FIRST = 3;
  private static final int F_GETFD = 1;
  private static final int FD_CLOEXEC = 1;

  /**
   * Decides how many. To be called before the program opens descriptors that others inherit.
   *
   * @param listenFds the caller's LISTEN_FDS, or null
   * @param listenPid the caller's LISTEN_PID, or null; meant for another process unless it is this
   * @param preserve {@code --preserve-fds}
   * @throws SetupException where one of them is not open
   */
  public static InheritedFds plan(
      Kernel kernel, int pid, String listenFds, String listenPid, int preserve) {
    int listen = Integer.toString(pid).equals(listenPid) ? count(listenFds) : 0;
    for (int i = 0; i < preserve; i++) {
      long flags = kernel.call(flagsOf(FIRST + listen + i));
      // What is closed on exec is not the caller's: it would not have come here.
      if (flags < 0 || (flags & FD_CLOEXEC) != 0) {
        throw new SetupException(
            "unable to stat preserved-fd " + i + " (of " + preserve + "): " + Errno.ENOENT);
      }
    }
    return new InheritedFds(listen, preserve);
  }

  /**
   * Decides how many of this process's own caller's.
   *
   * @param preserve {@code --preserve-fds}
   * @throws SetupException where one of them is not open
   */
  public static InheritedFds ofCaller(Kernel kernel, int preserve) {
    return plan(
        kernel,
        new ProcessCalls(kernel).getpid(),
        Environment.get("LISTEN_FDS"),
        Environment.get("LISTEN_PID"),
        preserve);
  }

  private static Call flagsOf(int fd) {
    return Call.of(Sysno.FCNTL, Arg.of(fd), Arg.named(F_GETFD, "F_GETFD"));
  }

  private static int count(String text) {
    if (text == null || text.isEmpty() || text.length() > 4) {
      return 0;
    }
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return 0;
      }
      count = count * 10 + digit - '0';
    }
    return count;
  }

  /** What the container's environment gets for the listening sockets: it is pid 1 there. */
  public List<String> env() {
    List<String> env = new ArrayList<>(2);
    if (listen > 0) {
      env.add("LISTEN_FDS=" + listen);
      env.add("LISTEN_PID=1");
    }
    return env;
  }

  /** The number of the first descriptor that is not the process's. */
  public int end() {
    return FIRST + listen + preserve;
  }

  /**
   * Closes all others, the last call before execve(2). Closing on exec is not enough: until then
   * another process of the container could reach them through /proc (CVE-2024-21626,
   * CVE-2016-9962).
   */
  public Call closeOthers() {
    return DescriptorCalls.closeFrom(end(), 0);
  }

  /** Marks all others closed on exec (Linux 5.11): for while some are still needed. */
  public Call markOthers() {
    return DescriptorCalls.closeFrom(end(), DescriptorCalls.CLOSE_RANGE_CLOEXEC);
  }
}
