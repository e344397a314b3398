package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.PathCalls;
import dev.proa.kernel.Stat;
import java.util.Arrays;
import java.util.List;

/**
 * The option tmpcopyup: what the image has at the mount point goes into the new tmpfs, with owners,
 * permissions, links and device nodes.
 */
final class CopyUp {
  private static final int DIRECTORY =
      FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
  private static final int NEW_FILE = FileCalls.O_WRONLY | FileCalls.O_NOFOLLOW;

  private final Kernel kernel;
  private final FileCalls files;
  private final PathCalls paths;
  private final byte[] buffer = new byte[64 * 1024];

  private CopyUp(Kernel kernel) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
    this.paths = new PathCalls(kernel);
  }

  /** Copies all that is in {@code from} into the empty directory {@code to}. */
  static void copy(Kernel kernel, Fd from, Fd to) {
    new CopyUp(kernel).directory(from, to);
  }

  private void directory(Fd from, Fd to) {
    List<String> names = files.list(from, ".");
    for (int i = 0; i < names.size(); i++) {
      entry(from, to, names.get(i));
    }
  }

  private void entry(Fd from, Fd to, String name) {
    Stat stat = files.stat(from, name, FileCalls.AT_SYMLINK_NOFOLLOW);
    if (stat == null) {
      return;
    }
    int mode = stat.mode() & 07777;
    switch (stat.mode() & FileCalls.S_IFMT) {
      case FileCalls.S_IFDIR -> {
        files.mkdir(to, name, 0700);
        try (Fd source = files.open(from, name, DIRECTORY, 0);
            Fd copy = files.open(to, name, DIRECTORY, 0)) {
          directory(source, copy);
        }
        own(to, name, stat, mode);
      }
      case FileCalls.S_IFREG -> {
        try (Fd source = files.open(from, name, FileCalls.O_RDONLY | FileCalls.O_NOFOLLOW, 0);
            Fd copy = create(to, name)) {
          for (int read = files.read(source, buffer); read > 0; read = files.read(source, buffer)) {
            files.writeAll(copy, read == buffer.length ? buffer : Arrays.copyOf(buffer, read));
          }
        }
        own(to, name, stat, mode);
      }
      case FileCalls.S_IFLNK -> {
        paths.symlink(files.readlink(from, name), to, name);
        chown(to, name, stat);
      }
      default -> {
        paths.mknod(to, name, stat.mode(), stat.rdev());
        own(to, name, stat, mode);
      }
    }
  }

  private Fd create(Fd directory, String name) {
    return paths.opened(kernel.must(PathCalls.create(directory, name, NEW_FILE, 0600)), name);
  }

  /** The owner first: changing it takes the set-user-id bit away. */
  private void own(Fd directory, String name, Stat stat, int mode) {
    chown(directory, name, stat);
    paths.chmod(directory, name, mode);
  }

  private void chown(Fd directory, String name, Stat stat) {
    try {
      paths.chown(directory, name, stat.uid(), stat.gid(), FileCalls.AT_SYMLINK_NOFOLLOW);
    } catch (KernelException e) {
      // An owner without a mapping in this user namespace stays the overflow id, as everywhere.
      if (!e.is(Errno.EINVAL)) {
        throw e;
      }
    }
  }
}
