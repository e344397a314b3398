package dev.proa.cgroup;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.Sysno;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Directories of cgroupfs and the processes in them: made, joined, signalled, removed. */
public final class CgroupTree {
  private static final int SIGKILL = 9;
  private static final int JOIN_TRIES = 5;
  private static final int KILL_ROUNDS = 20;
  // 1 ms doubled ten times: about two seconds in all.
  private static final int RMDIR_TRIES = 11;

  private final Kernel kernel;
  private final FileCalls files;

  /** Over that kernel. */
  public CgroupTree(Kernel kernel) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
  }

  /**
   * Makes the directory and those above it.
   *
   * @param made gets the directories that were not there, parents first
   * @return whether the directory itself was made
   */
  public boolean make(String path, List<String> made) {
    try {
      if (!files.mkdirIfAbsent(Fd.CWD, path, 0755)) {
        return false;
      }
    } catch (KernelException e) {
      int slash = path.lastIndexOf('/');
      if (!e.is(Errno.ENOENT) || slash <= 0) {
        throw new CgroupException("mkdir", path, e);
      }
      make(path.substring(0, slash), made);
      return make(path, made);
    }
    made.add(path);
    return true;
  }

  /** Removes the directories, last first, as far as they are empty. */
  public void unmake(List<String> made) {
    for (int i = made.size() - 1; i >= 0; i--) {
      rmdir(made.get(i));
    }
    made.clear();
  }

  /** Moves a process in; 0 is the caller. */
  public void join(String path, int pid) {
    write(path + "/cgroup.procs", Integer.toString(pid));
  }

  /**
   * Moves the caller, which has one thread, into a cgroup of version 1.
   *
   * <p>Through {@code tasks}: to move a whole process the kernel waits until no process anywhere is
   * being forked or ended, which takes 10 ms and more; for the calling thread alone it need not.
   */
  public void joinSelf(String path) {
    write(path + "/tasks", "0");
  }

  private void write(String file, String data) {
    for (int i = 1; ; i++) {
      try {
        files.writeText(file, data);
        return;
      } catch (KernelException e) {
        // EINVAL also means that the task is so new that it cannot be moved yet (TASK_NEW).
        if (!e.is(Errno.EINVAL) || i == JOIN_TRIES) {
          throw new CgroupException(null, file, data, e);
        }
        sleep(30_000_000);
      }
    }
  }

  /** The pids in the cgroup and in those below it; none where it is gone. */
  public List<Integer> processes(String path) {
    List<Integer> pids = new ArrayList<>();
    collect(path, pids);
    return pids;
  }

  private void collect(String path, List<Integer> pids) {
    try (CgroupFiles cgroup = CgroupFiles.openIfPresent(kernel, path)) {
      if (cgroup == null) {
        return;
      }
      String text = cgroup.read("cgroup.procs");
      // In a threaded cgroup, cgroup.procs cannot be read (EOPNOTSUPP).
      for (String pid : StatText.lines(text == null ? cgroup.read("cgroup.threads") : text)) {
        pids.add(Integer.parseInt(pid));
      }
      for (String child : cgroup.children()) {
        collect(path + "/" + child, pids);
      }
    }
  }

  /**
   * Refuses a cgroup that others use, of which the new container's limits would be theirs.
   *
   * @throws CgroupException if it has processes
   */
  public void refuseProcesses(String path) {
    int count = processes(path).size();
    if (count != 0) {
      throw new CgroupException("container's cgroup is not empty: " + count + " process(es) found");
    }
  }

  /**
   * Sends SIGKILL to the processes of a cgroup without cgroup.kill.
   *
   * @param frozen whether they are stopped meanwhile, so that none can fork away
   * @throws CgroupException if one may not be killed, once the others are
   */
  public void kill(String path, boolean frozen) {
    Set<Integer> killed = new HashSet<>();
    KernelException refused = null;
    boolean more = true;
    for (int i = 0; i < KILL_ROUNDS && more; i++) {
      more = false;
      for (int pid : processes(path)) {
        // A pid of 0 is a process that this pid namespace cannot see, and kill(0) is ourselves.
        if (pid > 0 && killed.add(pid)) {
          more = !frozen;
          try {
            kernel.must(Call.of(Sysno.KILL, Arg.of(pid), Arg.named(SIGKILL, "SIGKILL")));
          } catch (KernelException e) {
            refused = e.is(Errno.ESRCH) ? refused : e;
          }
        }
      }
    }
    if (refused != null) {
      throw new CgroupException("kill", path, refused);
    }
  }

  /**
   * Removes a cgroup with its children.
   *
   * @throws CgroupException if a process does not leave in time
   */
  public void remove(String path) {
    if (rmdir(path) == null) {
      return;
    }
    try (CgroupFiles cgroup = CgroupFiles.openIfPresent(kernel, path)) {
      if (cgroup == null) {
        return;
      }
      for (String child : cgroup.children()) {
        remove(path + "/" + child);
      }
    }
    // EBUSY: the last process is on its way out.
    long delay = 1_000_000;
    for (int i = 1; ; i++) {
      KernelException failure = rmdir(path);
      if (failure == null) {
        return;
      }
      if (!failure.is(Errno.EBUSY) || i == RMDIR_TRIES) {
        throw new CgroupException("rmdir", path, failure);
      }
      sleep(delay);
      delay *= 2;
    }
  }

  /** Removes a cgroup that has neither processes nor children; leaves one that has. */
  public void removeUnused(String path) {
    rmdir(path);
  }

  /** rmdir(2); null where it is gone, else what came instead. */
  private KernelException rmdir(String path) {
    try {
      files.rmdir(Fd.CWD, path);
      return null;
    } catch (KernelException e) {
      return e.is(Errno.ENOENT) ? null : e;
    }
  }

  /** Waits for that many nanoseconds, less than a second. */
  public void sleep(long nanoseconds) {
    byte[] timespec = new byte[16];
    Bytes.putLong(timespec, 8, nanoseconds);
    kernel.call(
        Call.of(
            Sysno.NANOSLEEP,
            Arg.struct(timespec, "{tv_sec=0, tv_nsec=" + nanoseconds + "}"),
            Arg.NULL));
  }
}
