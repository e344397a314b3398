package dev.proa.terminal;

import dev.proa.kernel.Bytes;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.SocketCalls;
import dev.proa.spec.Mount;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * sd_notify(3) through the container's wall. The caller's NOTIFY_SOCKET is not given to the
 * container: it gets a socket of the runtime's, and only that it is ready is passed on, with the
 * pid that systemd is to watch.
 */
public final class NotifySocket implements AutoCloseable {
  private static final String INSIDE = "/run/notify";
  private static final String DIRECTORY = "notify";
  private static final String SOCKET = "notify.sock";
  private static final int MAX_MESSAGE = 4096;
  private static final long BARRIER_TIMEOUT = 30_000_000_000L;

  private final Kernel kernel;
  private final SocketCalls sockets;
  private final DescriptorCalls descriptors;
  private final String callers;
  private final Fd socket;

  private NotifySocket(Kernel kernel, String callers, Fd socket) {
    this.kernel = kernel;
    this.sockets = new SocketCalls(kernel);
    this.descriptors = new DescriptorCalls(kernel);
    this.callers = callers;
    this.socket = socket;
  }

  /** What the config gets besides its own mounts. */
  public static Mount mount(String stateDirectory) {
    return new Mount(
        INSIDE,
        "bind",
        stateDirectory + "/" + DIRECTORY,
        List.of("bind", "nosuid", "noexec", "nodev", "ro"),
        List.of(),
        List.of());
  }

  /** What the process's environment gets. */
  public static String env() {
    return "NOTIFY_SOCKET=" + INSIDE + "/" + SOCKET;
  }

  /** Makes the directory that is mounted; before the container is made. */
  public static void makeDirectory(Kernel kernel, Fd stateDirectory) {
    new FileCalls(kernel).mkdirIfAbsent(stateDirectory, DIRECTORY, 0755);
  }

  /** Whether {@link #makeDirectory} was called for this container. */
  public static boolean isPrepared(Kernel kernel, Fd stateDirectory) {
    return new FileCalls(kernel).exists(stateDirectory, DIRECTORY);
  }

  /**
   * Makes the socket, before the container's process starts.
   *
   * @param callers the caller's NOTIFY_SOCKET: a path, or an abstract name after {@code @}
   */
  public static NotifySocket listen(Kernel kernel, Fd stateDirectory, String callers) {
    SocketCalls sockets = new SocketCalls(kernel);
    FileCalls files = new FileCalls(kernel);
    Fd socket = sockets.socket(SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_NONBLOCK);
    try (Fd directory =
        files.open(stateDirectory, DIRECTORY, FileCalls.O_PATH | FileCalls.O_DIRECTORY, 0)) {
      // By the descriptor: a long id makes a longer path than a socket's address holds. For
      // everybody, whoever the container's user is; by the umask, because a chmod(2) afterwards
      // could be led elsewhere by a container that made its mount writable.
      long umask = kernel.call(ProcessCalls.umask(0));
      try {
        sockets.bind(socket, directory.procPath() + "/" + SOCKET);
      } finally {
        kernel.call(ProcessCalls.umask((int) umask));
      }
      return new NotifySocket(kernel, callers, socket);
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
  }

  /** The descriptor that is ready when the container has sent something. */
  Fd socket() {
    return socket;
  }

  /**
   * Waits until the container says that it is ready, or its process ends: {@code start} and {@code
   * run -d}.
   *
   * @param pid the container's process, which systemd is to watch from then on
   */
  public void await(int pid) {
    try (Fd pidfd = new ProcessCalls(kernel).pidfdOpen(pid)) {
      byte[] polls = new byte[16];
      watch(polls, 0, socket);
      watch(polls, 1, pidfd);
      while (true) {
        descriptors.poll(polls, 2, -1);
        if (Bytes.getShort(polls, 6) != 0 && handle(pid)) {
          return;
        }
        if (Bytes.getShort(polls, 14) != 0) {
          return;
        }
      }
    }
  }

  /**
   * Takes one message of the container.
   *
   * @param mainPid who systemd is to watch: in the foreground this process
   * @return whether it was ready and the caller knows now
   */
  boolean handle(int mainPid) {
    String message;
    try {
      byte[] buffer = new byte[MAX_MESSAGE];
      message = new String(buffer, 0, sockets.recv(socket, buffer), StandardCharsets.UTF_8);
    } catch (KernelException e) {
      return false; // EAGAIN: it was taken already
    }
    for (String line : message.split("\n")) {
      if (line.startsWith("READY=")) {
        try {
          tell(line, mainPid);
        } catch (KernelException e) {
          return true; // nobody listens any more: no reason to take the container down
        }
        return true;
      }
    }
    return false;
  }

  private void tell(String ready, int mainPid) {
    try (Fd client = sockets.socket(SocketCalls.SOCK_DGRAM)) {
      sockets.connect(client, callers);
      sockets.send(client, bytes(ready + "\n"));
      sockets.send(client, bytes("MAINPID=" + mainPid + "\n"));
      barrier(client);
    }
  }

  /**
   * Waits until systemd has handled what was sent, which it shows by closing a descriptor; a sender
   * that exits before may be taken for a stranger.
   */
  private void barrier(Fd client) {
    Fd[] pipe = descriptors.pipe();
    try (Fd read = pipe[0]) {
      try (Fd write = pipe[1]) {
        sockets.sendmsg(client, bytes("BARRIER=1"), write);
      }
      byte[] polls = new byte[8];
      watch(polls, 0, read);
      long deadline = System.nanoTime() + BARRIER_TIMEOUT;
      long left = BARRIER_TIMEOUT;
      while (left > 0 && descriptors.poll(polls, 1, left) == 0) {
        left = deadline - System.nanoTime();
      }
    }
  }

  private static void watch(byte[] polls, int index, Fd fd) {
    Bytes.putInt(polls, 8 * index, fd.number());
    Bytes.putInt(polls, 8 * index + 4, DescriptorCalls.POLLIN);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Closes the socket; its file goes with the state directory. */
  @Override
  public void close() {
    socket.close();
  }
}
