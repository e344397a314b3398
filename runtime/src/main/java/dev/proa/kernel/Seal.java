package dev.proa.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps the executable itself out of a container's reach (CVE-2019-5736: a container that opens
 * {@code /proc/PID/exe} of the runtime that enters it, and writes to it).
 *
 * <p>Before it enters anything that a container controls, proa executes itself once more from a
 * detached mount of its own file that is read-only: whoever opens {@code /proc/PID/exe} for writing
 * gets EROFS. The mount costs three system calls and no memory. The native executable does it
 * before it starts as such (dev.proa.image.ReadOnlySelf). A file that already lies on a read-only
 * mount needs none of it.
 *
 * <p>Where the mount cannot be made (before Linux 5.12, or without CAP_SYS_ADMIN), a file that this
 * process could write to is executed from a sealed copy in memory: memfd_create(2). One that it
 * could not write to is safe as it is: a container has no more rights than who runs it.
 */
public final class Seal {
  /** The commands that enter what a container controls. */
  public static final List<String> COMMANDS = List.of("create", "run", "exec", "mounts");

  /** This program's file, proc_pid_exe(5). */
  public static final String SELF = "/proc/self/exe";

  /**
   * The variable that tells the second start where the executable is, whose own path then reads as
   * {@code /}. Nobody else is asked to believe it: a caller's environment chooses no library.
   */
  public static final String EXECUTABLE = "_PROA_EXE";

  // struct statfs on 64 bits: statfs(2)
  public static final int STATFS_SIZE = 120;
  public static final int STATFS_FLAGS = 80;
  public static final long ST_RDONLY = 1;

  // linux/memfd.h, linux/fcntl.h
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  private static final int SEALS = 1 | 2 | 4 | 8;

  private Seal() {}

  /**
   * Executes this program again from where nobody can write to it, unless it runs from there.
   *
   * @param environment the program's own
   * @throws KernelException if that is not possible
   */
  public static void ensure(Kernel kernel, Supplier<Map<String, String>> environment) {
    FileCalls files = new FileCalls(kernel);
    if (isReadOnly(kernel) || !files.mayWrite(Fd.CWD, SELF) || isSealed(kernel)) {
      return;
    }
    Map<String, String> variables = environment.get();
    List<String> envp = new ArrayList<>(variables.size() + 1);
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      envp.add(variable.getKey() + "=" + variable.getValue());
    }
    envp.add(EXECUTABLE + "=" + files.readlink(Fd.CWD, SELF));
    executeCopy(kernel, argv(files), envp);
  }

  /** Whether it runs from such a copy already. */
  private static boolean isSealed(Kernel kernel) {
    try (Fd self = new FileCalls(kernel).open(SELF, FileCalls.O_RDONLY)) {
      long seals =
          kernel.call(
              Call.of(Sysno.FCNTL, self.arg(), Arg.named(F_GET_SEALS, "F_GET_SEALS"), Arg.of(0)));
      return seals >= 0 && (seals & SEALS) == SEALS;
    }
  }

  private static void executeCopy(Kernel kernel, List<String> argv, List<String> envp) {
    FileCalls files = new FileCalls(kernel);
    try (Fd self = files.open(SELF, FileCalls.O_RDONLY);
        Fd copy =
            new Fd(
                kernel,
                (int)
                    kernel.must(
                        Call.of(
                            Sysno.MEMFD_CREATE,
                            Arg.text("proa"),
                            Arg.named(
                                MFD_CLOEXEC | MFD_ALLOW_SEALING, "MFD_CLOEXEC|MFD_ALLOW_SEALING"))),
                "memfd:proa")) {
      Call send =
          Call.of(
              Sysno.SENDFILE, copy.arg(), self.arg(), Arg.NULL, Arg.of(Integer.MAX_VALUE & ~0xfff));
      long sent;
      do {
        sent = kernel.must(send);
      } while (sent > 0);
      kernel.must(
          Call.of(
              Sysno.FCNTL,
              copy.arg(),
              Arg.named(F_ADD_SEALS, "F_ADD_SEALS"),
              Arg.named(SEALS, "F_SEAL_SEAL|F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE")));
      kernel.must(ProcessCalls.execveat(copy, argv, envp));
    }
  }

  /** The arguments as they came, the name first: proc_pid_cmdline(5). */
  private static List<String> argv(FileCalls files) {
    String text = files.readText("/proc/self/cmdline");
    List<String> argv = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\0', at);
      argv.add(text.substring(at, end));
      at = end + 1;
    }
    return argv;
  }

  /** Whether the mount that this executable lies on is read-only: statfs(2). */
  static boolean isReadOnly(Kernel kernel) {
    byte[] statfs = new byte[STATFS_SIZE];
    kernel.must(Call.of(Sysno.STATFS, Arg.text(SELF), Arg.out(statfs)));
    return (Bytes.getLong(statfs, STATFS_FLAGS) & ST_RDONLY) != 0;
  }
}
