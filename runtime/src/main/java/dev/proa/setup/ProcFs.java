package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.PathCalls;
import dev.proa.kernel.ProcessCalls;
import java.nio.charset.StandardCharsets;

/**
 * A procfs that nothing in the container can redirect: a mount of our own, attached nowhere, opened
 * when the first step asks for it.
 *
 * <p>Writing to {@code /proc/self/attr/exec} or {@code /proc/sys/...} of the container's own mounts
 * was redirected to other files by mounts and links in the image (CVE-2019-16884, CVE-2025-52881,
 * CVE-2025-62596). A file here is opened below the mount's root, across no other mount and no magic
 * link.
 */
public final class ProcFs {
  /** The inode of the root of every procfs (PROC_ROOT_INO of the kernel). */
  private static final long ROOT_INODE = 1;

  private static final int RESOLVE =
      PathCalls.RESOLVE_BENEATH | PathCalls.RESOLVE_NO_XDEV | PathCalls.RESOLVE_NO_MAGICLINKS;

  private final Kernel kernel;
  private final FileCalls files;
  private Fd processes;
  private Fd whole;

  /** Opened later, of the pid namespace that the process is in then. */
  public ProcFs(Kernel kernel) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
  }

  /** Over the root of a procfs mount that is open and verified. */
  public ProcFs(Kernel kernel, Fd root) {
    this(kernel);
    this.whole = root;
  }

  /**
   * Opens a file of a process, as {@code self/attr/exec}.
   *
   * @param flags O_ flags of open(2)
   */
  public Fd openProcessFile(String path, int flags) {
    if (processes == null) {
      processes = whole == null ? mount(true) : whole;
    }
    return open(processes, path, flags);
  }

  /** Opens any file, as {@code sys/kernel/msgmax}. */
  public Fd open(String path, int flags) {
    return open(root(), path, flags);
  }

  /** Writes a file of a process with one write(2). */
  public void writeProcessFile(String path, String text) {
    try (Fd fd = openProcessFile(path, FileCalls.O_WRONLY)) {
      files.writeAll(fd, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Writes any file with one write(2). */
  public void write(String path, String text) {
    try (Fd fd = open(path, FileCalls.O_WRONLY)) {
      files.writeAll(fd, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The root directory of a whole procfs. */
  public Fd root() {
    if (whole == null) {
      whole = mount(false);
    }
    return whole;
  }

  /**
   * A path that names what {@code fd} is open on, for mount(2) on kernels that have no
   * move_mount(2). It is relative: the working directory becomes the procfs.
   */
  String pathOf(Fd fd) {
    kernel.must(ProcessCalls.fchdir(root()));
    return "self/fd/" + fd.number();
  }

  private Fd open(Fd root, String path, int flags) {
    try {
      return new PathCalls(kernel).open(root, path, flags, 0, RESOLVE);
    } catch (KernelException e) {
      if (!e.is(Errno.ENOSYS)) {
        throw e;
      }
      return openOneByOne(root, path, flags);
    }
  }

  /** Before Linux 5.6: each component is opened without following a link, and must be procfs. */
  private Fd openOneByOne(Fd root, String path, int flags) {
    Fd here = root;
    String rest = path;
    if (rest.startsWith("self/")) {
      // The one link on the way: /proc/self.
      rest = files.readlink(root, "self") + rest.substring(4);
    }
    while (true) {
      int slash = rest.indexOf('/');
      String name = slash < 0 ? rest : rest.substring(0, slash);
      int how = slash < 0 ? flags : FileCalls.O_PATH | FileCalls.O_DIRECTORY;
      Fd next = files.open(here, name, how | FileCalls.O_NOFOLLOW, 0);
      if (here != root) {
        here.close();
      }
      requireProcfs(next);
      if (slash < 0) {
        return next;
      }
      here = next;
      rest = rest.substring(slash + 1);
    }
  }

  private Fd mount(boolean processesOnly) {
    MountCalls mounts = new MountCalls(kernel);
    try (Fd context = mounts.fsopen("proc")) {
      if (processesOnly) {
        // Less to find, should the descriptor ever leak. Kernels before 5.8 know neither option.
        setIfKnown(mounts, context, "hidepid", "ptraceable");
        setIfKnown(mounts, context, "subset", "pid");
      }
      mounts.fsconfigCreate(context);
      return mounts.fsmount(
          context,
          MountCalls.MOUNT_ATTR_NOSUID
              | MountCalls.MOUNT_ATTR_NODEV
              | MountCalls.MOUNT_ATTR_NOEXEC);
    } catch (KernelException e) {
      // ENOSYS: before 5.2. EPERM: a user namespace in which part of /proc is covered.
      return copy(mounts);
    }
  }

  private static void setIfKnown(MountCalls mounts, Fd context, String key, String value) {
    try {
      mounts.fsconfigString(context, key, value);
    } catch (KernelException e) {
      if (!e.is(Errno.EINVAL)) {
        throw e;
      }
    }
  }

  private Fd copy(MountCalls mounts) {
    Fd proc;
    try {
      // Not recursive: what was mounted over files of /proc does not come along.
      proc = mounts.cloneTree(Fd.CWD, "/proc", false, false);
    } catch (KernelException e) {
      // ENOSYS: before 5.2. EINVAL, EPERM: mounts below are locked, or no privilege.
      proc = files.open("/proc", FileCalls.O_PATH | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW);
    }
    requireProcfs(proc);
    if (files.stat(proc).ino() != ROOT_INODE) {
      throw new SetupException("/proc is not the root of a procfs");
    }
    return proc;
  }

  private void requireProcfs(Fd fd) {
    if (new MountCalls(kernel).statfs(fd).type() != MountCalls.PROC_SUPER_MAGIC) {
      throw new SetupException(fd.name() + " is not on a procfs");
    }
  }
}
