package dev.proa.state;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.Stat;
import dev.proa.kernel.Sysno;

/**
 * The folder of one container. Operations that change it hold its lock (flock(2)) for as long as
 * this object is open, so that two runtimes on one id take turns; those that only look do not, so
 * that a hook may ask for the state of the container that is being made.
 */
public final class StateFolder implements AutoCloseable {
  private static final String INTENT = "intent.json";
  private static final String RECORD = ".state.json.new";
  private static final String STATE = "state.json";
  private static final String CONFIG = "config.json";

  /** Where the root file system is a mount point while CRIU restores, which it demands. */
  public static final String CRIU_ROOT = "criu-root";

  private static final String NOTIFY = "notify";
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;

  private final Kernel kernel;
  private final FileCalls files;
  private final Fd folder;
  private final String root;
  private final String id;
  private final boolean locked;

  private StateFolder(Kernel kernel, Fd folder, String root, String id, boolean locked) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
    this.folder = folder;
    this.root = root;
    this.id = id;
    this.locked = locked;
  }

  /**
   * Opens and locks.
   *
   * @param wait whether to wait for whoever holds the lock
   * @return null if it is not there, was deleted while this waited, or is locked
   */
  static StateFolder open(Kernel kernel, Fd rootFd, String root, String id, boolean wait) {
    FileCalls files = new FileCalls(kernel);
    while (true) {
      Fd folder = files.openIfPresent(rootFd, id, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
      if (folder == null) {
        return null;
      }
      if (!wait && !lockAtOnce(kernel, folder)) {
        folder.close();
        return null;
      }
      try {
        if (wait) {
          kernel.must(Call.of(Sysno.FLOCK, folder.arg(), Arg.named(LOCK_EX, "LOCK_EX")));
        }
        Stat named = files.stat(rootFd, id);
        if (named != null && named.ino() == files.stat(folder).ino()) {
          return new StateFolder(kernel, folder, root, id, true);
        }
      } catch (KernelException e) {
        folder.close();
        throw e;
      }
      folder.close(); // deleted, and perhaps made anew, by whoever held the lock
    }
  }

  /** Opens without the lock; null if it is not there. */
  static StateFolder look(Kernel kernel, Fd rootFd, String root, String id) {
    Fd folder =
        new FileCalls(kernel).openIfPresent(rootFd, id, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
    return folder == null ? null : new StateFolder(kernel, folder, root, id, false);
  }

  /** Whether another process holds the lock. */
  public boolean isBusy() {
    return !locked && isLocked();
  }

  private static boolean lockAtOnce(Kernel kernel, Fd folder) {
    Arg attempt = Arg.named(LOCK_EX | LOCK_NB, "LOCK_EX|LOCK_NB");
    return kernel.call(Call.of(Sysno.FLOCK, folder.arg(), attempt)) >= 0;
  }

  private boolean isLocked() {
    if (!lockAtOnce(kernel, folder)) {
      return true;
    }
    kernel.must(Call.of(Sysno.FLOCK, folder.arg(), Arg.named(LOCK_UN, "LOCK_UN")));
    return false;
  }

  /** The folder itself. */
  public Fd folder() {
    return folder;
  }

  /** Its absolute path. */
  public String path() {
    return root + "/" + id;
  }

  /** Writes what will be made, before any of it is. */
  public void writeIntent(ContainerState intent) {
    write(INTENT, intent.text());
  }

  /** Writes the state with init's pid while init is still being made. */
  public void writeRecord(ContainerState state) {
    write(RECORD, state.text());
  }

  /** Makes the record the state, atomically: the container is created. */
  public void commit() {
    files.rename(folder, RECORD, folder, STATE);
  }

  private void write(String name, byte[] text) {
    try (Fd fd =
        files.open(folder, name, FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_EXCL, 0600)) {
      files.writeAll(fd, text);
    }
  }

  /**
   * The state of a container that was created.
   *
   * @return null if it never was, or is not yet
   * @throws dev.proa.spec.InvalidSpecException if the file is damaged
   */
  public ContainerState read() {
    return read(STATE);
  }

  /**
   * What was to be made, without a pid.
   *
   * @return null if the runtime was killed before it wrote that, and so before it made anything
   * @throws dev.proa.spec.InvalidSpecException if the file is damaged
   */
  public ContainerState readIntent() {
    return read(INTENT);
  }

  /**
   * What a killed runtime has written of an init that it did not bring to its end.
   *
   * @return null if it had not come that far
   * @throws dev.proa.spec.InvalidSpecException if it was killed while it wrote
   */
  public ContainerState readRecord() {
    return read(RECORD);
  }

  private ContainerState read(String name) {
    try (Fd fd = files.openIfPresent(folder, name, FileCalls.O_RDONLY)) {
      return fd == null ? null : ContainerState.parse(path() + "/" + name, files.readAll(fd));
    }
  }

  /** Whether it has a file or folder of that name. */
  public boolean has(String name) {
    return files.exists(folder, name);
  }

  /** Keeps the config as it was when the container was created. */
  public void writeConfig(byte[] config) {
    write(CONFIG, config);
  }

  /** The config as it was when the container was created. */
  public byte[] readConfig() {
    return files.readFile(folder, CONFIG);
  }

  /** Removes the folder and what is in it. */
  public void remove() {
    removeContent(folder);
    try {
      files.rmdir(Fd.CWD, path());
    } catch (KernelException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /**
   * Removes what is in it. Only the folder of the notify socket has something in it, which is the
   * container's too: whatever it has put there goes.
   */
  private void removeContent(Fd directory) {
    for (String name : files.list(directory, ".")) {
      try {
        files.unlink(directory, name);
      } catch (KernelException e) {
        if (!e.is(Errno.EISDIR)) {
          throw e;
        }
        removeFolder(directory, name);
      }
    }
  }

  /** Takes {@link #CRIU_ROOT} away, with the mount that may be on it. */
  public void removeRoot() {
    try {
      new MountCalls(kernel)
          .umount(path() + "/" + CRIU_ROOT, MountCalls.MNT_DETACH | MountCalls.UMOUNT_NOFOLLOW);
    } catch (KernelException e) {
      if (!e.is(Errno.EINVAL)) { // nothing is mounted there
        throw e;
      }
    }
    files.rmdir(folder, CRIU_ROOT);
  }

  private void removeFolder(Fd directory, String name) {
    if (directory == folder && name.equals(CRIU_ROOT)) {
      removeRoot(); // a runtime was killed while it restored
      return;
    }
    if (directory != folder || name.equals(NOTIFY)) {
      try (Fd below =
          files.open(
              directory,
              name,
              FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW,
              0)) {
        removeContent(below);
      }
    }
    files.rmdir(directory, name);
  }

  @Override
  public void close() {
    folder.close();
  }
}
