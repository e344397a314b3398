package dev.proa.launch;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Sysno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keeps the executable itself out of a container's reach (CVE-2019-5736: a container that opens
 * {@code /proc/PID/exe} of the runtime that enters it, and writes to it).
 *
 * <p>Before it enters anything that a container controls, proa executes itself once more from a
 * detached mount of its own file that is read-only: whoever opens {@code /proc/PID/exe} for writing
 * gets EROFS. The mount costs three system calls and no memory. A file that already lies on a
 * read-only mount needs none of it.
 */
public final class Seal {
  private static final String SELF = "/proc/self/exe";
  private static final int STATFS_SIZE = 120;
  private static final int STATFS_FLAGS = 80;
  private static final long ST_RDONLY = 1;

  /** Tells the second start where the private folder is: its own path reads as {@code /}. */
  private static final String FOLDER = "_PROA_LIB=";

  private Seal() {}

  /**
   * Executes this program again from a read-only mount, unless it runs from one. Returns only if it
   * does, or if an unprivileged user may not make the mount: then the kernel's own rule holds, that
   * only the executable's owner writes to it.
   *
   * @param environment the program's own
   */
  public static void ensure(Kernel kernel, Map<String, String> environment) {
    if (isReadOnly(kernel)) {
      return;
    }
    FileCalls files = new FileCalls(kernel);
    List<String> argv = argv(files);
    List<String> envp = new ArrayList<>(environment.size() + 1);
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      envp.add(variable.getKey() + "=" + variable.getValue());
    }
    envp.add(FOLDER + privateFolder(files));
    MountCalls mounts = new MountCalls(kernel);
    try (Fd mount = mounts.cloneTree(Fd.CWD, SELF, false, true)) {
      mounts.setAttributes(mount, false, MountCalls.MOUNT_ATTR_RDONLY, 0, 0, null);
      kernel.must(ProcessCalls.execveat(mount, argv, envp));
    } catch (KernelException e) {
      if (!e.is(Errno.EPERM) && !e.is(Errno.ENOSYS)) {
        throw e;
      }
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

  /**
   * The private folder beside the executable: {@code ../lib/proa}, or in a build {@code lib/proa}.
   */
  private static String privateFolder(FileCalls files) {
    String self = files.readlink(Fd.CWD, SELF);
    String folder = self.substring(0, self.lastIndexOf('/'));
    String installed = folder + "/../lib/proa";
    return files.exists(Fd.CWD, installed) ? installed : folder + "/lib/proa";
  }

  /** Whether the mount that this executable lies on is read-only: statfs(2). */
  static boolean isReadOnly(Kernel kernel) {
    byte[] statfs = new byte[STATFS_SIZE];
    kernel.must(Call.of(Sysno.STATFS, Arg.text(SELF), Arg.out(statfs)));
    return (Bytes.getLong(statfs, STATFS_FLAGS) & ST_RDONLY) != 0;
  }
}
