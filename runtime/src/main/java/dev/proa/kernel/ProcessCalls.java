package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A process's life and its own attributes: clone3(2), execve(2), wait4(2), kill(2), prctl(2), …
 *
 * <p>The static methods build calls that are made later, where nothing may be allocated any more.
 */
public final class ProcessCalls {
  public static final int WNOHANG = 1;

  /** Wait for children of every kind, also those whose exit signal is not SIGCHLD. */
  public static final int WALL = 0x40000000;

  public static final int PR_SET_PDEATHSIG = 1;
  public static final int PR_SET_DUMPABLE = 4;
  public static final int PR_SET_NAME = 15;
  public static final int PR_SET_CHILD_SUBREAPER = 36;
  public static final int PR_SET_NO_NEW_PRIVS = 38;
  public static final int PR_GET_NO_NEW_PRIVS = 39;
  public static final int PR_GET_TID_ADDRESS = 40;

  private static final FlagNames WAIT_FLAGS =
      new FlagNames("0").with(WNOHANG, "WNOHANG").with(WALL, "__WALL");
  private static final int CLONE_ARGS_SIZE = 88;
  private static final int PATH_MAX = 4096;

  private final Kernel kernel;

  /** Over that kernel. */
  public ProcessCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * clone3(2) without a new stack: a fork into the namespaces of {@code flags}.
   *
   * <p>The kernel writes the child's thread id where glibc caches it, as glibc's own fork has it
   * done: without that, everything in the child that asks glibc for its thread would get the
   * parent's.
   *
   * @param flags of {@link NamespaceCalls}
   * @param exitSignal what the parent gets at the child's end; 0 where flags hold CLONE_PARENT
   * @param cgroup directory of a v2 cgroup that the child starts in (Linux 5.7), or null
   * @return the child's pid, or 0 in the child
   */
  public int clone3(long flags, int exitSignal, Fd cgroup) {
    return (int) kernel.must(clone3Call(flags, exitSignal, cgroup));
  }

  /** clone3(2) without namespaces: what fork(2) does. */
  public int fork() {
    return clone3(0, Signal.SIGCHLD, null);
  }

  private Call clone3Call(long flags, int exitSignal, Fd cgroup) {
    byte[] slot = new byte[8];
    boolean known =
        kernel.call(
                Call.of(
                    Sysno.PRCTL,
                    Arg.named(PR_GET_TID_ADDRESS, "PR_GET_TID_ADDRESS"),
                    Arg.out(slot)))
            == 0;
    long all = flags | (cgroup == null ? 0 : NamespaceCalls.CLONE_INTO_CGROUP);
    if (known) { // PR_GET_TID_ADDRESS needs CONFIG_CHECKPOINT_RESTORE
      all |= NamespaceCalls.CLONE_CHILD_SETTID | NamespaceCalls.CLONE_CHILD_CLEARTID;
    }
    // struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls,
    // set_tid, set_tid_size, cgroup; __u64 each
    byte[] arguments = new byte[CLONE_ARGS_SIZE];
    Bytes.putLong(arguments, 0, all);
    Bytes.putLong(arguments, 16, known ? Bytes.getLong(slot, 0) : 0);
    Bytes.putLong(arguments, 32, exitSignal);
    Bytes.putLong(arguments, 80, cgroup == null ? 0 : cgroup.number());
    String text =
        "{flags="
            + NamespaceCalls.CLONE_FLAGS.describe(all)
            + ", exit_signal="
            + Signal.name(exitSignal)
            + (cgroup == null ? "" : ", cgroup=" + cgroup)
            + "}";
    return Call.of(Sysno.CLONE3, Arg.struct(arguments, text), Arg.of(CLONE_ARGS_SIZE));
  }

  /** execve(2). */
  public static Call execve(String path, List<String> argv, List<String> envp) {
    return Call.of(Sysno.EXECVE, Arg.text(path), Arg.strings(argv), Arg.strings(envp));
  }

  /**
   * execveat(2) of what {@code program} is open on (AT_EMPTY_PATH). A script cannot be executed
   * through a descriptor that is closed on exec: its interpreter could not open it.
   */
  public static Call execveat(Fd program, List<String> argv, List<String> envp) {
    return Call.of(
        Sysno.EXECVEAT,
        program.arg(),
        Arg.text(""),
        Arg.strings(argv),
        Arg.strings(envp),
        Arg.flags(FileCalls.AT_EMPTY_PATH, FileCalls.AT_FLAGS));
  }

  /** exit_group(2): ends this process at once; nothing of the virtual machine is torn down. */
  public static Call exit(int status) {
    return Call.of(Sysno.EXIT_GROUP, Arg.of(status));
  }

  /**
   * wait4(2), again where a signal interrupts it.
   *
   * @param pid the child, or -1 for any
   * @return null with WNOHANG where no child ended yet
   * @throws KernelException with ECHILD where there is no such child
   */
  public WaitStatus wait4(int pid, int options) {
    byte[] status = new byte[4];
    Call call =
        Call.of(
            Sysno.WAIT4, Arg.of(pid), Arg.out(status), Arg.flags(options, WAIT_FLAGS), Arg.NULL);
    while (true) {
      long result = kernel.call(call);
      if (result == -Errno.EINTR.value()) {
        continue;
      }
      if (result < 0) {
        throw new KernelException(call, Errno.of((int) -result));
      }
      return result == 0 ? null : new WaitStatus((int) result, Bytes.getInt(status, 0));
    }
  }

  /** kill(2). */
  public static Call kill(int pid, int signal) {
    return Call.of(Sysno.KILL, Arg.of(pid), Signal.arg(signal));
  }

  /** pidfd_open(2) (Linux 5.3). */
  public Fd pidfdOpen(int pid) {
    int fd = (int) kernel.must(Call.of(Sysno.PIDFD_OPEN, Arg.of(pid), Arg.of(0)));
    return new Fd(kernel, fd, "pidfd of " + pid);
  }

  /** pidfd_send_signal(2) (Linux 5.1): never reaches a process that got the pid later. */
  public static Call pidfdSendSignal(Fd pidfd, int signal) {
    return Call.of(Sysno.PIDFD_SEND_SIGNAL, pidfd.arg(), Signal.arg(signal), Arg.NULL, Arg.of(0));
  }

  /** pidfd_getfd(2) (Linux 5.6): a copy of another process's descriptor. */
  public Fd pidfdGetfd(Fd pidfd, int number) {
    int fd = (int) kernel.must(Call.of(Sysno.PIDFD_GETFD, pidfd.arg(), Arg.of(number), Arg.of(0)));
    return new Fd(kernel, fd, "descriptor " + number + " of " + pidfd.name());
  }

  /** getpid(2). */
  public int getpid() {
    return (int) kernel.must(Call.of(Sysno.GETPID));
  }

  /** getppid(2): 0 where the parent is outside the pid namespace. */
  public int getppid() {
    return (int) kernel.must(Call.of(Sysno.GETPPID));
  }

  /** setsid(2): a new session without a terminal. */
  public static Call setsid() {
    return Call.of(Sysno.SETSID);
  }

  /** umask(2), which cannot fail. */
  public static Call umask(int mask) {
    return Call.of(Sysno.UMASK, Arg.mode(mask));
  }

  /** chdir(2). */
  public static Call chdir(String path) {
    return Call.of(Sysno.CHDIR, Arg.text(path));
  }

  /** fchdir(2). */
  public static Call fchdir(Fd directory) {
    return Call.of(Sysno.FCHDIR, directory.arg());
  }

  /**
   * The system call getcwd, not libc's: it tells of a directory outside the root by the prefix
   * {@code (unreachable)}, which libc hides.
   */
  public String getcwd() {
    byte[] buffer = new byte[PATH_MAX];
    int length = (int) kernel.must(Call.of(Sysno.GETCWD, Arg.out(buffer), Arg.of(buffer.length)));
    return new String(buffer, 0, Math.max(0, length - 1), StandardCharsets.UTF_8);
  }

  /** personality(2). */
  public static Call personality(long persona) {
    return Call.of(Sysno.PERSONALITY, Arg.named(persona, "0x" + Long.toHexString(persona)));
  }

  /** PR_SET_PDEATHSIG: the signal when the parent's thread ends; 0 for none. */
  public static Call setParentDeathSignal(int signal) {
    return prctl(PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG", Signal.arg(signal));
  }

  /** PR_SET_DUMPABLE: 0 keeps other processes from ptrace(2) and from /proc/PID (CVE-2016-9962). */
  public static Call setDumpable(boolean dumpable) {
    return prctl(PR_SET_DUMPABLE, "PR_SET_DUMPABLE", Arg.of(dumpable ? 1 : 0));
  }

  /** PR_SET_CHILD_SUBREAPER: orphans among the descendants become this process's children. */
  public static Call setChildSubreaper(boolean reaper) {
    return prctl(PR_SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER", Arg.of(reaper ? 1 : 0));
  }

  /** PR_SET_NO_NEW_PRIVS: no later execve(2) gains privileges. */
  public static Call setNoNewPrivs() {
    return prctl(
        PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS", Arg.of(1), Arg.of(0), Arg.of(0), Arg.of(0));
  }

  /** PR_SET_NAME: the thread's name, of which the kernel keeps 15 bytes. */
  public static Call setName(String name) {
    return prctl(PR_SET_NAME, "PR_SET_NAME", Arg.text(name));
  }

  static Call prctl(int operation, String name, Arg... rest) {
    Arg[] all = new Arg[rest.length + 1];
    all[0] = Arg.named(operation, name);
    System.arraycopy(rest, 0, all, 1, rest.length);
    return Call.of(Sysno.PRCTL, all);
  }
}
