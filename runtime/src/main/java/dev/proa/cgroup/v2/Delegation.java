package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.kernel.Errno;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.PathCalls;
import java.util.List;

/** Which files of a cgroup its new owner gets (config-linux.md, Cgroup ownership). */
final class Delegation {
  private static final String LIST = "/sys/kernel/cgroup/delegate";

  /** What Linux delegates where it does not tell (before 4.15). */
  private static final List<String> DEFAULT =
      List.of("cgroup.procs", "cgroup.subtree_control", "cgroup.threads");

  private final FileCalls files;
  private final PathCalls paths;

  Delegation(Kernel kernel) {
    this.files = new FileCalls(kernel);
    this.paths = new PathCalls(kernel);
  }

  /** Gives the directory and those files to the user; the group stays. */
  void to(CgroupFiles cgroup, int uid) {
    chown(cgroup, "", uid);
    for (String file : names()) {
      chown(cgroup, file, uid);
    }
  }

  private List<String> names() {
    try {
      return List.of(files.readText(LIST).split("\n"));
    } catch (KernelException e) {
      return DEFAULT;
    }
  }

  private void chown(CgroupFiles cgroup, String file, int uid) {
    try {
      int flags = FileCalls.AT_EMPTY_PATH | FileCalls.AT_SYMLINK_NOFOLLOW;
      paths.chown(cgroup.directory(), file, uid, -1, flags);
    } catch (KernelException e) {
      // Files of controllers that are not at work here are on the list too.
      if (!e.is(Errno.ENOENT)) {
        throw new CgroupException(
            "chown \"" + cgroup.path() + (file.isEmpty() ? "" : "/") + file + "\": " + e.errno());
      }
    }
  }
}
