package dev.proa.criu;

import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.kernel.SignalCalls;
import dev.proa.kernel.SocketCalls;
import dev.proa.kernel.WaitStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One process of {@code criu swrk}, and the conversation with it. */
public final class Criu implements AutoCloseable {
  /** {@code criu_req_type}. */
  public enum Type {
    EMPTY(0),
    DUMP(1),
    RESTORE(2),
    PRE_DUMP(4),
    NOTIFY(6);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    private static String name(long code) {
      for (Type type : values()) {
        if (type.code == code) {
          return type.name();
        }
      }
      return Long.toString(code);
    }
  }

  /** What CRIU has reached: its action scripts, criu(8). */
  public interface Notified {
    /**
     * Called before CRIU goes on.
     *
     * @param script as {@code post-dump}
     * @param pid the restored init, where it is known
     * @param fds descriptors that came with it, to be closed by who takes them
     */
    void on(String script, int pid, List<Fd> fds);
  }

  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
  private static final int MAX_REPLY = 40960;

  // criu_req and criu_resp
  private static final int TYPE = 1;
  private static final int REQ_OPTS = 2;
  private static final int REQ_NOTIFY_SUCCESS = 3;
  private static final int RESP_SUCCESS = 2;
  private static final int RESP_RESTORE = 4;
  private static final int RESP_NOTIFY = 5;
  private static final int RESP_CR_ERRNO = 7;
  private static final int RESP_CR_ERRMSG = 9;

  private final Kernel kernel;
  private final SocketCalls sockets;
  private final Fd socket;
  private final int pid;
  private WaitStatus ended;

  private Criu(Kernel kernel, Fd socket, int pid) {
    this.kernel = kernel;
    this.sockets = new SocketCalls(kernel);
    this.socket = socket;
    this.pid = pid;
  }

  /**
   * Starts it.
   *
   * @param environment the program's own; CRIU is looked for in its PATH and where it is installed
   * @param ownStdio whether it keeps this process's descriptors 0 to 2, which the restored
   *     container then has; else it gets the null device
   * @param inherited more descriptors that it gets, under the same numbers
   * @throws CriuException if there is no CRIU on this host
   */
  public static Criu start(
      Kernel kernel, Map<String, String> environment, boolean ownStdio, List<Fd> inherited) {
    String program = find(kernel, environment.getOrDefault("PATH", ""));
    List<String> variables = new ArrayList<>();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      variables.add(variable.getKey() + "=" + variable.getValue());
    }
    if (!environment.containsKey("PATH")) {
      variables.add("PATH=" + String.join(":", FOLDERS)); // it calls ip and iptables
    }
    SocketCalls.Pair pair =
        new SocketCalls(kernel).socketpair(SocketCalls.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC);
    int child = new ProcessCalls(kernel).fork();
    if (child == 0) {
      Fd own = pair.second();
      Call execve =
          ProcessCalls.execve(
              program, List.of("criu", "swrk", Integer.toString(own.number())), variables);
      become(kernel, own, ownStdio, inherited, execve);
    }
    pair.second().close();
    return new Criu(kernel, pair.first(), child);
  }

  private static String find(Kernel kernel, String path) {
    FileCalls files = new FileCalls(kernel);
    List<String> folders = new ArrayList<>(List.of(path.split(":")));
    folders.addAll(FOLDERS);
    for (String folder : folders) {
      if (folder.startsWith("/") && files.exists(Fd.CWD, folder + "/criu")) {
        return folder + "/criu";
      }
    }
    throw new CriuException("exec: \"criu\": executable file not found in $PATH");
  }

  private static void become(
      Kernel kernel, Fd socket, boolean ownStdio, List<Fd> inherited, Call execve) {
    try {
      DescriptorCalls descriptors = new DescriptorCalls(kernel);
      kernel.must(SignalCalls.setMask(0));
      kernel.must(SignalCalls.setDefault(Signal.SIGPIPE));
      if (!ownStdio) {
        try (Fd nothing = new FileCalls(kernel).open("/dev/null", FileCalls.O_RDWR)) {
          for (int number = 0; number <= 2; number++) {
            descriptors.place(nothing, number);
          }
        }
      }
      descriptors.place(socket, socket.number());
      for (Fd fd : inherited) {
        descriptors.place(fd, fd.number());
      }
      kernel.call(execve);
    } catch (RuntimeException e) {
      fail(kernel, socket, e);
    } finally {
      kernel.call(ProcessCalls.exit(127));
    }
  }

  /** Answers in CRIU's place that it could not be brought so far. */
  private static void fail(Kernel kernel, Fd socket, RuntimeException e) {
    String why = e instanceof KernelException ? e.getMessage() : e.toString();
    byte[] reply =
        new Wire.Writer()
            .number(TYPE, Type.EMPTY.code)
            .flag(RESP_SUCCESS, false)
            .text(RESP_CR_ERRMSG, why)
            .toBytes();
    kernel.call(SocketCalls.sendCall(socket, reply));
  }

  /** Its pid, to put it into a cgroup before it is asked for anything. */
  public int pid() {
    return pid;
  }

  /**
   * Asks, and waits until it is done.
   *
   * @return the restored init's pid of a restore; else 0
   * @throws CriuException if it fails
   */
  public int ask(Type type, CriuOpts opts, Notified notified) {
    send(new Wire.Writer().number(TYPE, type.code).message(REQ_OPTS, opts.message()));
    while (true) {
      SocketCalls.Message packet = sockets.recvmsg(socket, MAX_REPLY, 1);
      if (packet.data().length == 0) {
        throw new CriuException("criu ended unexpectedly");
      }
      Wire.Reader reply = new Wire.Reader(packet.data());
      if (reply.number(RESP_SUCCESS) == 0) {
        throw failed(reply);
      }
      if (reply.number(TYPE) != Type.NOTIFY.code) {
        return (int) reply.message(RESP_RESTORE).number(1);
      }
      Wire.Reader notify = reply.message(RESP_NOTIFY);
      notified.on(notify.text(1), (int) notify.number(2), packet.fds());
      send(new Wire.Writer().number(TYPE, Type.NOTIFY.code).flag(REQ_NOTIFY_SUCCESS, true));
    }
  }

  private static CriuException failed(Wire.Reader reply) {
    String text =
        "criu failed: type "
            + Type.name(reply.number(TYPE))
            + " errno "
            + reply.number(RESP_CR_ERRNO);
    String message = reply.text(RESP_CR_ERRMSG).strip();
    return new CriuException(message.isEmpty() ? text : text + ": " + message);
  }

  private void send(Wire.Writer request) {
    sockets.send(socket, request.toBytes());
  }

  /** Ends the conversation and waits for its end; how it ended. */
  public WaitStatus end() {
    sockets.shutdown(socket, SocketCalls.SHUT_WR);
    ended = new ProcessCalls(kernel).wait4(pid, ProcessCalls.WALL);
    return ended;
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    socket.close();
    if (ended == null) { // else its pid may be another's by now
      kernel.call(ProcessCalls.kill(pid, Signal.SIGKILL));
      ended = new ProcessCalls(kernel).wait4(pid, ProcessCalls.WALL);
    }
  }
}
