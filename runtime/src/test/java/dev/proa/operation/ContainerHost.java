package dev.proa.operation;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.Signal;
import dev.proa.kernel.SignalCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A machine with one container on it, in memory: the files of its state, of its cgroups and of its
 * processes in procfs, which change as the kernel changes them. All other calls go on to a
 * rehearsed kernel. What the machine of the tests has of cgroups plays no part.
 */
final class ContainerHost implements Kernel {
  /** Init's pid: above the largest that Linux gives, so that no process of the machine has it. */
  static final int INIT = 5_000_000;

  /** Another process of the container. */
  static final int OTHER = 5_000_001;

  /** Everything below it is in memory. */
  static final String RUN = "/run/proa-faults";

  private static final String CGROUPS = "/sys/fs/cgroup";
  private static final String PROC = "/proc/" + INIT;
  private static final int FIRST = 1000;
  private static final int MODE = "aarch64".equals(System.getProperty("os.arch")) ? 16 : 24;
  private static final int BPF_PROG_ATTACH = 8;

  /** An open file: what is left of its content, as it was when it was opened. */
  private static final class Open {
    private final String path;
    private byte[] rest;

    Open(String path, byte[] rest) {
      this.path = path;
      this.rest = rest;
    }
  }

  private final Kernel others;

  /** Content by path; null is a folder. */
  private final TreeMap<String, String> files;

  private final Map<Integer, Open> open = new HashMap<>();
  private final Set<Integer> connections = new TreeSet<>();
  private final Set<Integer> pidfds = new TreeSet<>();
  private final Set<Integer> alive;
  private final Set<Integer> doomed = new TreeSet<>();
  private final List<String> signals = new ArrayList<>();
  private boolean sharesPids;
  private boolean waiting = true;
  private int programs;
  private long child;
  private long signalfd = -1;
  private boolean told;
  private int next = FIRST;

  private ContainerHost(Kernel others, Map<String, String> files, Set<Integer> alive) {
    this.others = others;
    this.files = new TreeMap<>(files);
    this.alive = new TreeSet<>(alive);
  }

  /**
   * One where nothing but init is of the container.
   *
   * @param cgroups the container's cgroups, with their files
   */
  static ContainerHost of(Map<String, Map<String, String>> cgroups) {
    TreeMap<String, String> files = new TreeMap<>();
    files.put(RUN, null);
    files.put(CGROUPS, null);
    cgroups.forEach(
        (path, content) -> {
          for (String at = path; !at.equals(CGROUPS); at = parent(at)) {
            files.put(at, null);
          }
          content.forEach((name, text) -> files.put(path + "/" + name, text));
        });
    files.put(PROC, null);
    // Field 22 is the start time: proc_pid_stat(5).
    files.put(PROC + "/stat", INIT + " (sh) S" + " 0".repeat(18) + " 77 0 0\n");
    files.put(PROC + "/status", "Name:\tsh\nNSpid:\t" + INIT + "\t1\nThreads:\t1\n");
    files.put(PROC + "/root", null);
    Set<Integer> alive = new TreeSet<>(List.of(INIT, OTHER));
    return new ContainerHost(call -> -Errno.ENOSYS.value(), files, alive);
  }

  /** A copy whose other calls go there. */
  ContainerHost over(Kernel kernel) {
    ContainerHost copy = new ContainerHost(kernel, files, alive);
    copy.sharesPids = sharesPids;
    copy.waiting = waiting;
    return copy;
  }

  /** The same in which the container runs. */
  ContainerHost running() {
    ContainerHost copy = over(others);
    copy.waiting = false;
    return copy;
  }

  /** The same in which init is process 1 of no pid namespace. */
  ContainerHost sharingPids() {
    ContainerHost copy = over(others);
    copy.sharesPids = true;
    copy.files.put(PROC + "/status", "Name:\tsh\nNSpid:\t" + INIT + "\nThreads:\t1\n");
    return copy;
  }

  /** The same on a kernel that does not have that file in its cgroups. */
  ContainerHost without(String file) {
    ContainerHost copy = over(others);
    copy.files.keySet().removeIf(path -> path.endsWith("/" + file));
    return copy;
  }

  /** The same in which the container has ended. */
  ContainerHost stopped() {
    ContainerHost copy = over(others);
    copy.die(copy.alive);
    return copy;
  }

  /** Puts a file there; one without content is a folder. */
  void put(String path, String content) {
    files.put(path, content);
  }

  /** The content of all files of state and cgroups by path. */
  Map<String, String> files() {
    return new TreeMap<>(files);
  }

  /** Which processes of the container live. */
  Set<Integer> alive() {
    return alive;
  }

  /** Whether init waits for the start. */
  boolean isWaiting() {
    return waiting && alive.contains(INIT);
  }

  /** What was sent to whom: {@code 15 to 5000000}. */
  List<String> signals() {
    return signals;
  }

  /** How often device programs were attached. */
  int programs() {
    return programs;
  }

  @Override
  public void phase(String section) {
    others.phase(section);
  }

  @Override
  public long call(Call call) {
    return switch (call.number()) {
      case OPENAT -> open(call);
      case READ, GETDENTS64 -> {
        Open file = open.get(number(call, 0));
        if (number(call, 0) == signalfd && child != 0) {
          Bytes.putInt(bytes(call, 1), 0, Signal.SIGCHLD);
          told = true;
          yield SignalCalls.SIGINFO_SIZE;
        }
        yield file == null ? others.call(call) : read(call, file);
      }
      case WRITE -> {
        Open file = open.get(number(call, 0));
        yield file == null ? others.call(call) : write(call, file);
      }
      case CLOSE -> {
        connections.remove(number(call, 0));
        pidfds.remove(number(call, 0));
        yield open.remove(number(call, 0)) == null ? others.call(call) : 0;
      }
      case FLOCK -> 0;
      case FSTAT -> {
        Open file = open.get(number(call, 0));
        yield file == null ? others.call(call) : stat(call, 1, file.path);
      }
      case FSTATFS -> {
        Open file = open.get(number(call, 0));
        if (file == null) {
          yield others.call(call);
        }
        Bytes.putLong(bytes(call, 1), 0, MountCalls.CGROUP2_SUPER_MAGIC);
        yield 0;
      }
      case NEWFSTATAT -> at(call) == null ? others.call(call) : stat(call, 2, at(call));
      case FACCESSAT2 -> {
        String path = at(call);
        yield path == null ? others.call(call) : files.containsKey(path) ? 0 : error(Errno.ENOENT);
      }
      case UNLINKAT -> at(call) == null ? others.call(call) : unlink(call, at(call));
      case RENAMEAT2 -> at(call) == null ? others.call(call) : rename(call, at(call));
      case MKDIRAT -> at(call) == null ? others.call(call) : mkdir(at(call));
      case KILL -> kill(call, number(call, 0), number(call, 1));
      case PIDFD_OPEN -> pidfd(call);
      case PIDFD_SEND_SIGNAL ->
          pidfds.contains(number(call, 0))
              ? signal(INIT, number(call, 1))
              : others.call(call); // a hook's
      case CONNECT -> connect(call);
      case SENDTO -> {
        waiting &= !connections.contains(number(call, 0));
        yield others.call(call);
      }
      case BPF -> {
        programs += number(call, 0) == BPF_PROG_ATTACH ? 1 : 0;
        yield others.call(call);
      }
      case CLONE3 -> {
        long pid = others.call(call);
        child = pid > 0 ? pid : child;
        yield pid;
      }
      case WAIT4 -> wait4(call);
      case SIGNALFD4 -> {
        signalfd = others.call(call);
        yield signalfd;
      }
      default -> others.call(call);
    };
  }

  /** What was cloned last has ended once SIGCHLD tells of it. */
  private long wait4(Call call) {
    if (number(call, 0) > 0) {
      child = 0;
      return others.call(call);
    }
    long ended = child;
    if (ended == 0) {
      return error(Errno.ECHILD);
    }
    child = told ? 0 : child;
    return told ? ended : 0;
  }

  private static long error(Errno errno) {
    return -errno.value();
  }

  private static int number(Call call, int index) {
    return (int) FaultyKernel.value(call.args().get(index));
  }

  private static byte[] bytes(Call call, int index) {
    return ((Arg.Memory) call.args().get(index)).bytes();
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  /** The path that directory and name of a call make, or null where it is not kept here. */
  private String at(Call call) {
    return at(call, 0);
  }

  private String at(Call call, int index) {
    String name = ((Arg.Text) call.args().get(index + 1)).value();
    Open directory = open.get(number(call, index));
    String path = name;
    if (!name.startsWith("/")) {
      if (directory == null) {
        return null;
      }
      path = name.equals(".") ? directory.path : directory.path + "/" + name;
    }
    if (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    boolean here =
        path.startsWith(RUN) || path.startsWith(CGROUPS) || (path + "/").startsWith(PROC + "/");
    return here ? path : null;
  }

  private List<String> children(String folder) {
    List<String> names = new ArrayList<>();
    for (String path : files.tailMap(folder + "/").keySet()) {
      if (!path.startsWith(folder + "/")) {
        break;
      }
      String name = path.substring(folder.length() + 1);
      if (name.indexOf('/') < 0) {
        names.add(name);
      }
    }
    return names;
  }

  private long open(Call call) {
    String path = at(call);
    if (path == null) {
      return others.call(call);
    }
    int flags = number(call, 2);
    boolean creates = (flags & FileCalls.O_CREAT) != 0;
    if (!files.containsKey(path)) {
      if (!creates || !files.containsKey(parent(path))) {
        return error(Errno.ENOENT);
      }
      files.put(path, "");
    } else if (creates && (flags & FileCalls.O_EXCL) != 0) {
      return error(Errno.EEXIST);
    }
    if ((flags & FileCalls.O_DIRECTORY) != 0 && files.get(path) != null) {
      return error(Errno.ENOTDIR);
    }
    byte[] content = files.get(path) == null ? entries(path) : content(path);
    open.put(next, new Open(path, content));
    return next++;
  }

  private byte[] content(String path) {
    String text = files.get(path);
    if (path.startsWith(CGROUPS) && path.endsWith("/cgroup.procs")) {
      text = String.join("\n", alive.stream().map(String::valueOf).toList());
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** struct linux_dirent64, one after the other: getdents64(2). */
  private byte[] entries(String folder) {
    byte[] all = new byte[4096];
    int at = 0;
    for (String name : children(folder)) {
      int length = (19 + name.length() + 1 + 7) & ~7;
      Bytes.putShort(all, at + 16, length);
      System.arraycopy(name.getBytes(StandardCharsets.UTF_8), 0, all, at + 19, name.length());
      at += length;
    }
    return Arrays.copyOf(all, at);
  }

  private static long read(Call call, Open file) {
    int count = Math.min(file.rest.length, bytes(call, 1).length);
    System.arraycopy(file.rest, 0, bytes(call, 1), 0, count);
    file.rest = Arrays.copyOfRange(file.rest, count, file.rest.length);
    return count;
  }

  private long write(Call call, Open file) {
    String data = new String(bytes(call, 1), StandardCharsets.UTF_8);
    if (!file.path.startsWith(CGROUPS)) {
      files.merge(file.path, data, String::concat);
      return bytes(call, 1).length;
    }
    String folder = parent(file.path);
    switch (file.path.substring(folder.length() + 1)) {
      case "cgroup.procs", "tasks" -> {} // the processes are the container's from the start
      case "devices.allow" -> files.put(folder + "/devices.list", devices(folder, data, true));
      case "devices.deny" -> files.put(folder + "/devices.list", devices(folder, data, false));
      case "cgroup.kill" -> die(alive);
      default -> files.put(file.path, data);
    }
    if (file.path.endsWith("/cgroup.freeze")) {
      files.put(folder + "/cgroup.events", "populated 1\nfrozen " + data + "\n");
    }
    if (data.equals("THAWED")) {
      die(doomed);
    }
    return bytes(call, 1).length;
  }

  /** Documentation/admin-guide/cgroup-v1/devices.rst, of a cgroup that forbids by default. */
  private String devices(String folder, String rule, boolean allow) {
    List<String> lines = new ArrayList<>(files.get(folder + "/devices.list").lines().toList());
    lines.remove(rule);
    if (allow) {
      lines.add(rule);
    }
    return String.join("\n", lines);
  }

  private long stat(Call call, int buffer, String path) {
    if (!files.containsKey(path)) {
      return error(Errno.ENOENT);
    }
    int type = files.get(path) == null ? FileCalls.S_IFDIR : FileCalls.S_IFREG;
    Bytes.putLong(bytes(call, buffer), 8, path.hashCode());
    Bytes.putInt(bytes(call, buffer), MODE, type | 0755);
    return 0;
  }

  private long mkdir(String path) {
    if (files.containsKey(path)) {
      return error(Errno.EEXIST);
    }
    files.put(path, null);
    return 0;
  }

  private long unlink(Call call, String path) {
    boolean folder = (number(call, 2) & FileCalls.AT_REMOVEDIR) != 0;
    if (!files.containsKey(path)) {
      return error(Errno.ENOENT);
    }
    if (!folder) {
      if (files.get(path) == null) {
        return error(Errno.EISDIR);
      }
      files.remove(path);
      return 0;
    }
    if (path.startsWith(CGROUPS)) {
      for (String child : children(path)) {
        if (files.get(path + "/" + child) == null) {
          return error(Errno.EBUSY);
        }
      }
      if (!alive.isEmpty()) {
        return error(Errno.EBUSY);
      }
      files.keySet().removeIf(each -> each.startsWith(path + "/"));
    } else if (!children(path).isEmpty()) {
      return error(Errno.ENOTEMPTY);
    }
    files.remove(path);
    return 0;
  }

  private long rename(Call call, String from) {
    if (!files.containsKey(from)) {
      return error(Errno.ENOENT);
    }
    files.put(at(call, 2), files.remove(from));
    return 0;
  }

  private long kill(Call call, int pid, int signal) {
    if (pid != INIT && pid != OTHER) {
      return others.call(call);
    }
    return alive.contains(pid) ? signal(pid, signal) : error(Errno.ESRCH);
  }

  private long signal(int pid, int signal) {
    signals.add(signal + " to " + pid);
    if (signal == Signal.SIGKILL) {
      doomed.addAll(pid == INIT && !sharesPids ? List.of(INIT, OTHER) : List.of(pid));
      if (!files.containsValue("FROZEN")) { // version 1: it dies once it is thawed
        die(doomed);
      }
    }
    return 0;
  }

  private void die(Set<Integer> who) {
    alive.removeAll(List.copyOf(who));
    if (!alive.contains(INIT)) {
      files.keySet().removeIf(path -> (path + "/").startsWith(PROC + "/"));
    }
  }

  private long pidfd(Call call) {
    if (number(call, 0) != INIT) {
      return others.call(call);
    }
    if (!alive.contains(INIT)) {
      return error(Errno.ESRCH);
    }
    long fd = others.call(call);
    pidfds.add((int) fd);
    return fd;
  }

  private long connect(Call call) {
    if (!call.toString().contains("/start.sock")) {
      return others.call(call);
    }
    if (!isWaiting()) {
      return error(Errno.ECONNREFUSED);
    }
    connections.add(number(call, 0));
    return others.call(call);
  }
}
