package dev.proa.rehearsal;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.SocketCalls;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A kernel that writes down what it is asked for and changes nothing: one process of a {@link
 * Rehearsal}. Calls about files go to {@link FileCallsModel}.
 */
final class RehearsalKernel implements Kernel {
  private static final int PR_CAPBSET_READ = 23;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_CAPBSET_DROPPED = 0;
  private static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
  private static final int KEYCTL_DESCRIBE = 6;
  private static final int TIOCGPTPEER = 0x5441;
  private static final int KEY = 1000;
  private static final byte[] KEYRING =
      "keyring;0;0;3f130000;_ses\0".getBytes(StandardCharsets.US_ASCII);

  private final Kernel machine;
  private final Rehearsal rehearsal;
  private final List<Integer> process;
  private final int pid;
  private final Descriptors descriptors = new Descriptors();
  private final FileCallsModel files;
  private final List<Scene.Action> actions = new ArrayList<>();
  private final List<Rehearsal.Message> own = new ArrayList<>();
  private final List<Rehearsal.Message> childrens = new ArrayList<>();
  private final Deque<Rehearsal.Message> inbox = new ArrayDeque<>();

  private String name = "proa";
  private String section = "config.json";
  private int depth;

  /**
   * Whether what a child hears next answers it, or lets it begin; else it is that it is recorded.
   */
  private boolean asked;

  private int clones;
  private boolean ended;

  /**
   * @param process the clones that lead to the process; none for the runtime itself
   */
  RehearsalKernel(Kernel machine, Rehearsal rehearsal, List<Integer> process) {
    this.machine = machine;
    this.rehearsal = rehearsal;
    this.process = process;
    ProcessCalls processes = new ProcessCalls(machine);
    pid = processes.getpid();
    files = new FileCallsModel(machine, descriptors, new FileTree(machine, processes.getcwd()));
  }

  String name() {
    return name;
  }

  List<Scene.Action> actions() {
    return actions;
  }

  /** All that it and its children say to the runtime. */
  List<Rehearsal.Message> said() {
    List<Rehearsal.Message> all = new ArrayList<>(own);
    all.addAll(childrens);
    return all;
  }

  /** Closes what it opened of the machine. */
  void close() {
    descriptors.closeAll(machine);
  }

  @Override
  public void phase(String section) {
    if (!section.isEmpty()) {
      this.section = section;
    }
  }

  @Override
  public long call(Call call) {
    if (ended) {
      throw new Ended();
    }
    long result;
    if (call.number() == Sysno.CLONE3) {
      String at = section;
      result = clone3(call);
      if (result != 0) {
        actions.add(new Scene.Action(at, call, result, null));
      }
      return result;
    }
    String file = call.number() == Sysno.WRITE ? files.pathOf(value(call, 0)) : null;
    result = answer(call);
    actions.add(new Scene.Action(section, call, result, file));
    if (ended) {
      throw new Ended();
    }
    return result;
  }

  private long clone3(Call call) {
    boolean mine = depth == process.size();
    if (!mine && clones == process.get(depth)) {
      depth++;
      asked = true;
      clones = 0;
      actions.clear();
      own.clear();
      childrens.clear();
      name = nameOfChild(call);
      long flags = Bytes.getLong(((Arg.Memory) call.args().getFirst()).bytes(), 0);
      if ((flags & NamespaceCalls.CLONE_NEWUSER) != 0) {
        files.enterUserNamespace();
      }
      return 0;
    }
    List<Integer> child = new ArrayList<>(process.subList(0, depth));
    child.add(clones++);
    List<Rehearsal.Message> said = rehearsal.play(child);
    if (depth == 0) {
      inbox.addAll(said);
    } else {
      childrens.addAll(said);
    }
    return pid;
  }

  /** By what it is cloned for: new namespaces, or the section that is at work. */
  private String nameOfChild(Call call) {
    long flags = Bytes.getLong(((Arg.Memory) call.args().getFirst()).bytes(), 0);
    if (section.startsWith("hooks.")) {
      return section;
    }
    boolean init =
        (flags & (NamespaceCalls.CLONE_NEWNS | NamespaceCalls.CLONE_NEWPID)) != 0
            || (flags & NamespaceCalls.CLONE_PARENT) != 0
            || (flags & NamespaceCalls.CLONE_INTO_CGROUP) != 0;
    return init ? "init" : section.equals("linux.seccomp") ? "listener's helper" : "stage";
  }

  private long answer(Call call) {
    return switch (call.number()) {
      case GETEUID,
          GETUID,
          GETGID,
          GETEGID,
          GETGROUPS,
          CAPGET,
          CLOCK_GETTIME,
          UNAME,
          SYSINFO,
          SCHED_GETAFFINITY ->
          machine.call(call);
      case GETPID -> depth == 0 ? pid : 1;
      case PRCTL -> prctl(call);
      case SECCOMP ->
          value(call, 0) != SECCOMP_SET_MODE_FILTER || value(call, 2) == 0 ? machine.call(call) : 0;
      case UNSHARE, SETNS -> {
        int flags = call.args().size() - 1;
        if ((value(call, flags) & NamespaceCalls.CLONE_NEWUSER) != 0) {
          files.enterUserNamespace();
        }
        yield 0;
      }
      case EXECVE, EXECVEAT, EXIT_GROUP -> {
        ended = true;
        yield 0;
      }
      case WAIT4 -> value(call, 0) > 0 ? value(call, 0) : -Errno.ECHILD.value();
      case KEYCTL -> keyctl(call);
      case SOCKET, PIDFD_OPEN, PIDFD_GETFD, BPF, MEMFD_CREATE, SIGNALFD4, EVENTFD2 -> made(call);
      case SOCKETPAIR, PIPE2 -> pair(call);
      case ACCEPT4 -> {
        Descriptors.Open connection = new Descriptors.Open();
        connection.connection = true;
        yield descriptors.add(connection);
      }
      case SENDTO -> said(call, bytes(call, 1), false);
      case SENDMSG -> said(call, data(call).bytes(), true);
      case RECVFROM -> hear(value(call, 0), bytes(call, 1)).bytes().length;
      case RECVMSG -> receive(call);
      case PPOLL -> poll(bytes(call, 0), (int) value(call, 1));
      case FCNTL -> fcntl(call);
      case DUP -> descriptors.add(descriptors.get(value(call, 0)));
      case DUP3 -> {
        descriptors.put((int) value(call, 1), descriptors.get(value(call, 0)));
        yield value(call, 1);
      }
      case CLOSE_RANGE -> {
        if (value(call, 2) != CLOSE_RANGE_CLOEXEC) {
          descriptors.removeRange(value(call, 0), value(call, 1));
        }
        yield 0;
      }
      case IOCTL ->
          value(call, 1) == TIOCGPTPEER ? descriptors.add(files.terminal(value(call, 0))) : 0;
      default -> files.answer(call);
    };
  }

  private long made(Call call) {
    // Only commands that give a descriptor make one: BPF_PROG_LOAD (5), BPF_PROG_GET_FD_BY_ID (13).
    boolean none = call.number() == Sysno.BPF && value(call, 0) != 5 && value(call, 0) != 13;
    if (call.number() == Sysno.BPF && value(call, 0) == 16) {
      Bytes.putInt(bytes(call, 1), 24, 0); // BPF_PROG_QUERY: none is attached to a new cgroup
    }
    return none ? 0 : descriptors.add(new Descriptors.Open());
  }

  private long prctl(Call call) {
    int operation = (int) value(call, 0);
    if (operation == PR_CAPBSET_DROP) {
      Arg read = Arg.named(PR_CAPBSET_READ, "PR_CAPBSET_READ");
      long known = machine.call(Call.of(Sysno.PRCTL, read, call.args().get(1)));
      return known < 0 ? known : PR_CAPBSET_DROPPED;
    }
    boolean reads =
        operation == PR_CAPBSET_READ
            || operation == ProcessCalls.PR_GET_TID_ADDRESS
            || operation == ProcessCalls.PR_GET_NO_NEW_PRIVS;
    return reads ? machine.call(call) : 0;
  }

  private static long keyctl(Call call) {
    int operation = (int) value(call, 0);
    if (operation == KEYCTL_DESCRIBE) {
      System.arraycopy(KEYRING, 0, bytes(call, 2), 0, KEYRING.length);
      return KEYRING.length;
    }
    return operation == KEYCTL_JOIN_SESSION_KEYRING ? KEY : 0;
  }

  private long pair(Call call) {
    boolean socket = call.number() == Sysno.SOCKETPAIR;
    byte[] numbers = bytes(call, socket ? 3 : 0);
    for (int i = 0; i < 2; i++) {
      Descriptors.Open end = new Descriptors.Open();
      end.handshake = socket && (value(call, 1) & 0xf) == SocketCalls.SOCK_SEQPACKET;
      Bytes.putInt(numbers, 4 * i, descriptors.add(end));
    }
    return 0;
  }

  private long said(Call call, byte[] bytes, boolean descriptor) {
    Descriptors.Open socket = descriptors.get(value(call, 0));
    if (socket != null && socket.handshake && depth > 0) {
      own.add(new Rehearsal.Message(bytes.clone(), descriptor));
      asked = true;
    }
    return bytes.length;
  }

  /** What comes in there, and puts it into the buffer; empty where nobody says anything. */
  private Rehearsal.Message hear(long number, byte[] buffer) {
    Descriptors.Open socket = descriptors.get(number);
    Rehearsal.Message message = new Rehearsal.Message(new byte[0], false);
    if (socket != null && socket.connection) {
      message = new Rehearsal.Message(new byte[] {'0'}, false); // StartSocket: go
    } else if (socket != null && socket.handshake && depth > 0) {
      String word = asked ? "g" + pid : "s"; // handshake.Message: GO, RECORDED
      message = new Rehearsal.Message(word.getBytes(StandardCharsets.US_ASCII), false);
      asked = false;
    } else if (socket != null && socket.handshake && !inbox.isEmpty()) {
      message = inbox.remove();
    }
    System.arraycopy(message.bytes(), 0, buffer, 0, message.bytes().length);
    return message;
  }

  private long receive(Call call) {
    Arg.Memory header = (Arg.Memory) call.args().get(1);
    Rehearsal.Message message = hear(value(call, 0), data(call).bytes());
    byte[] control = ((Arg.Memory) header.references().get(1).target()).bytes();
    Bytes.putLong(header.bytes(), 40, message.descriptor() ? 24 : 0);
    if (message.descriptor()) {
      Bytes.putLong(control, 0, 20);
      Bytes.putInt(control, 8, SocketCalls.SOL_SOCKET);
      Bytes.putInt(control, 12, SocketCalls.SCM_RIGHTS);
      Bytes.putInt(control, 16, descriptors.add(new Descriptors.Open()));
    }
    return message.bytes().length;
  }

  /** The buffer of a struct msghdr's only iovec. */
  private static Arg.Memory data(Call call) {
    Arg.Memory header = (Arg.Memory) call.args().get(1);
    Arg.Memory iovec = (Arg.Memory) header.references().getFirst().target();
    return (Arg.Memory) iovec.references().getFirst().target();
  }

  /** Everything is ready at once. */
  private static long poll(byte[] polls, int count) {
    for (int i = 0; i < count; i++) {
      boolean watched = Bytes.getInt(polls, 8 * i) >= 0;
      Bytes.putShort(polls, 8 * i + 6, watched ? Bytes.getShort(polls, 8 * i + 4) : 0);
    }
    return count;
  }

  private long fcntl(Call call) {
    Descriptors.Open what = descriptors.get(value(call, 0));
    if (what == null) {
      return machine.call(call);
    }
    return value(call, 1) == F_DUPFD_CLOEXEC ? descriptors.add(what, (int) value(call, 2)) : 0;
  }

  /** An argument's register value. */
  static long value(Call call, int index) {
    return switch (call.args().get(index)) {
      case Arg.Value value -> value.value();
      case Arg.Flags flags -> flags.value();
      default -> 1; // a pointer
    };
  }

  /** The memory that an argument points to. */
  static byte[] bytes(Call call, int index) {
    return ((Arg.Memory) call.args().get(index)).bytes();
  }
}
