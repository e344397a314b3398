package dev.proa.state;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;

/** The folder that holds one folder for each container. */
public final class StateRoot {
  private final Kernel kernel;
  private final FileCalls files;
  private final String path;

  /** At that absolute path; nothing is made until it is needed. */
  public StateRoot(Kernel kernel, String path) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
    this.path = path;
  }

  /**
   * Makes the folder of a new container and locks it.
   *
   * @return the locked folder, or null if the id is taken
   */
  public StateFolder create(String id) {
    try (Fd root = openOrMake()) {
      StateFolder folder = null;
      while (folder == null) { // else it was removed at once, by who took it for a dead one's
        if (!files.mkdirIfAbsent(root, id, 0711)) {
          return null;
        }
        folder = openNew(root, id);
      }
      return folder;
    }
  }

  private StateFolder openNew(Fd root, String id) {
    try {
      return StateFolder.open(kernel, root, path, id, true);
    } catch (KernelException e) {
      files.rmdir(root, id);
      throw e;
    }
  }

  /**
   * Opens a container's folder and locks it; waits for whoever holds the lock.
   *
   * @return the locked folder, or null if there is none of that id
   */
  public StateFolder open(String id) {
    return open(id, true);
  }

  /**
   * Opens a container's folder and locks it, unless somebody holds the lock.
   *
   * @return the locked folder, or null
   */
  public StateFolder openUnlessBusy(String id) {
    return open(id, false);
  }

  private StateFolder open(String id, boolean wait) {
    try (Fd root = files.openIfPresent(Fd.CWD, path, FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      return root == null ? null : StateFolder.open(kernel, root, path, id, wait);
    }
  }

  /**
   * Opens a container's folder to look at it, without the lock.
   *
   * @return the folder, or null if there is none of that id
   */
  public StateFolder look(String id) {
    try (Fd root = files.openIfPresent(Fd.CWD, path, FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      return root == null ? null : StateFolder.look(kernel, root, path, id);
    }
  }

  /** The ids that have a folder, in order. */
  public List<String> ids() {
    List<String> ids = new ArrayList<>();
    try (Fd root = files.openIfPresent(Fd.CWD, path, FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      if (root == null) {
        return ids;
      }
      for (String name : files.list(root, ".")) {
        if (!name.startsWith(".")) {
          ids.add(name);
        }
      }
    }
    ids.sort(null);
    return ids;
  }

  private Fd openOrMake() {
    Fd root = files.openIfPresent(Fd.CWD, path, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
    if (root != null) {
      return root;
    }
    int at = 0;
    while (at >= 0) {
      at = path.indexOf('/', at + 1);
      String part = at < 0 ? path : path.substring(0, at);
      try {
        files.mkdir(Fd.CWD, part, at < 0 ? 0700 : 0755);
      } catch (KernelException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
    }
    return files.open(path, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
  }
}
