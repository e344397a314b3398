package dev.proa.cgroup.resctrl;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Undo;
import dev.proa.cgroup.Write;
import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountInfo;
import dev.proa.kernel.Sysno;
import dev.proa.spec.linux.IntelRdt;
import java.util.List;

/**
 * The class of service that a container is in: config-linux.md, IntelRdt. One with {@code closID}
 * is shared and outlives the container; without it, the container has one of its own, named after
 * it. In either, it can have a monitoring group of its own.
 *
 * <p>{@link #path} and {@link #folders} go into the state before {@link #create}, so that whatever
 * happens then, {@link #delete} knows what to remove.
 */
public final class ResctrlGroup {
  private static final String SECTION = "linux.intelRdt";
  private static final String TYPE = "resctrl";
  private static final int LOCK_EX = 2;

  private final Kernel kernel;
  private final FileCalls files;
  private final String path;
  private final List<String> folders;

  private ResctrlGroup(Kernel kernel, String path, List<String> folders) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
    this.path = path;
    this.folders = folders;
  }

  /**
   * A group that a state knows.
   *
   * @param path as {@link #path} was
   * @param folders as {@link #folders} were
   */
  public static ResctrlGroup of(Kernel kernel, String path, List<String> folders) {
    return new ResctrlGroup(kernel, path, folders);
  }

  /**
   * Decides where a new container's group is; makes nothing.
   *
   * @param rdt the config's section
   * @param id the container's id
   * @param mountinfo of the runtime
   * @throws CgroupException if resctrl is not mounted
   */
  public static ResctrlGroup plan(Kernel kernel, IntelRdt rdt, String id, String mountinfo) {
    String mount = MountInfo.pointOf(mountinfo, TYPE);
    if (mount == null) {
      throw new CgroupException(SECTION + ": no resctrl file system is mounted");
    }
    String closId = closId(rdt);
    String path = mount;
    if (!closId.equals("/")) {
      path += "/" + (closId.isEmpty() ? id : closId);
    }
    String monitoring = path + "/mon_groups/" + id;
    boolean own = closId.isEmpty();
    List<String> folders =
        rdt.enableMonitoring()
            ? own ? List.of(monitoring, path) : List.of(monitoring)
            : own ? List.of(path) : List.of();
    return new ResctrlGroup(kernel, path, folders);
  }

  private static String closId(IntelRdt rdt) {
    return rdt.closID() == null ? "" : rdt.closID();
  }

  /** The folder of the class of service. */
  public String path() {
    return path;
  }

  /** The folders that go with the container, in the order in which they are removed. */
  public List<String> folders() {
    return folders;
  }

  /**
   * Makes the group, or checks that the one that is there is what the config asks for.
   *
   * @param rdt the config's section, the same as in {@link #plan}
   * @throws CgroupException if it cannot be made, or is another; then nothing is left of it
   */
  public void create(IntelRdt rdt) {
    List<String> schemata = Schemata.writes(rdt.l3CacheSchema(), rdt.memBwSchema(), rdt.schemata());
    boolean own = folders.contains(path);
    String mount = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    boolean root = closId(rdt).equals("/");
    // resctrl.rst, "Locking": whoever makes or changes groups holds this lock.
    try (Fd lock = files.open(root ? path : mount, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY)) {
      kernel.must(Call.of(Sysno.FLOCK, lock.arg(), Arg.named(LOCK_EX, "LOCK_EX")));
      boolean made = !root && !exists(path) && mayMake(own, schemata) && mkdir(path);
      try {
        if (made) {
          write(schemata);
        } else if (own) {
          throw failure("\"" + path + "\" exists already");
        } else if (!schemata.isEmpty()) {
          compare(schemata);
        }
        if (rdt.enableMonitoring() && !mkdir(folders.getFirst())) {
          throw failure("\"" + folders.getFirst() + "\" exists already");
        }
      } catch (CgroupException e) {
        if (made) {
          rmdir(path);
        }
        throw e;
      }
    } catch (KernelException e) {
      throw failure(e.getMessage());
    }
  }

  private boolean exists(String folder) {
    return files.exists(Fd.CWD, folder);
  }

  /** A named class without limits must be there: somebody else has set it up. */
  private boolean mayMake(boolean own, List<String> schemata) {
    if (!own && schemata.isEmpty()) {
      throw failure("there is no class of service \"" + path + "\", and no schema to make it of");
    }
    return true;
  }

  private boolean mkdir(String folder) {
    try {
      return files.mkdirIfAbsent(Fd.CWD, folder, 0755);
    } catch (KernelException e) {
      // ENOSPC: the processor has no more classes, or no more monitoring ids.
      throw failure(e.getMessage());
    }
  }

  private void compare(List<String> schemata) {
    try (CgroupFiles folder = CgroupFiles.open(kernel, path)) {
      String mismatch = Schemata.mismatch(schemata, folder.mustRead("schemata"));
      if (mismatch != null) {
        throw failure("the class of service \"" + path + "\" differs: " + mismatch);
      }
    }
  }

  private void write(List<String> schemata) {
    try (CgroupFiles folder = CgroupFiles.open(kernel, path)) {
      for (int i = 0; i < schemata.size(); i++) {
        // A line without a newline at its end is refused.
        folder.write(List.of(Write.of(SECTION, "schemata", schemata.get(i) + "\n")));
      }
    } catch (CgroupException e) {
      String status = lastCommandStatus();
      throw status.isEmpty() ? e : new CgroupException(e.getMessage() + ": " + status);
    }
  }

  /** What the kernel has to say about the last write that it refused, or nothing. */
  private String lastCommandStatus() {
    String mount = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    try (CgroupFiles info = CgroupFiles.openIfPresent(kernel, mount + "/info")) {
      String status = info == null ? null : info.read("last_cmd_status");
      return status == null || status.equals("ok") ? "" : status;
    } catch (CgroupException e) {
      return "";
    }
  }

  /**
   * Puts a process into the group, and into the monitoring group where there is one.
   *
   * @param pid 0 is the caller
   * @throws CgroupException if the kernel refuses
   */
  public void join(int pid) {
    join(path, pid);
    if (!folders.isEmpty() && !folders.getFirst().equals(path)) {
      join(folders.getFirst(), pid); // only whoever is in the class may be in its groups
    }
  }

  private void join(String folder, int pid) {
    try (CgroupFiles opened = CgroupFiles.open(kernel, folder)) {
      opened.write(List.of(Write.of(SECTION, "tasks", Integer.toString(pid))));
    }
  }

  /**
   * Changes the schemata of the class: {@code update --l3-cache-schema} and {@code
   * --mem-bw-schema}.
   *
   * @param l3CacheSchema a line, or null
   * @param memBwSchema a line, or null
   * @param undo learns what was there before
   * @throws CgroupException if the kernel refuses, with its own words
   */
  public void update(String l3CacheSchema, String memBwSchema, Undo undo) {
    try (CgroupFiles folder = CgroupFiles.open(kernel, path)) {
      undo.remember(folder, List.of(Write.of(SECTION, "schemata", "")));
    }
    write(Schemata.writes(l3CacheSchema, memBwSchema, List.of()));
  }

  /** Removes what goes with the container; what is gone already, or was never made, is no error. */
  public void delete() {
    for (int i = 0; i < folders.size(); i++) {
      rmdir(folders.get(i));
    }
  }

  /** The same for folders that no process is in: the others are somebody else's. */
  public void removeUnused() {
    for (int i = 0; i < folders.size(); i++) {
      try (CgroupFiles folder = CgroupFiles.openIfPresent(kernel, folders.get(i))) {
        if (folder != null && folder.mustRead("tasks").isEmpty()) {
          rmdir(folders.get(i));
        }
      }
    }
  }

  private void rmdir(String folder) {
    try {
      files.rmdir(Fd.CWD, folder);
    } catch (KernelException e) {
      if (!e.is(Errno.ENOENT)) {
        throw failure(e.getMessage());
      }
    }
  }

  private static CgroupException failure(String reason) {
    return new CgroupException(SECTION + ": " + reason);
  }
}
