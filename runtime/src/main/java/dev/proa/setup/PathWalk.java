package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.PathCalls;
import dev.proa.kernel.Stat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Resolves a path in a root directory as openat2(2) does with RESOLVE_IN_ROOT, one component at a
 * time, for kernels before 5.6.
 *
 * <p>Every directory on the way is held by a descriptor: {@code ..} goes back to the one that was
 * passed, so that moving directories about during the walk leads nowhere else.
 */
final class PathWalk {
  /** MAXSYMLINKS of the kernel's own resolution. */
  private static final int MAX_LINKS = 40;

  private static final int LINKED = FileCalls.O_PATH | FileCalls.O_NOFOLLOW;

  private final FileCalls files;
  private final Fd root;
  private final List<Fd> passed = new ArrayList<>();
  private final Deque<String> ahead = new ArrayDeque<>();

  private PathWalk(Kernel kernel, Fd root) {
    this.files = new FileCalls(kernel);
    this.root = root;
  }

  /** The descriptor, or null where nothing is there (ENOENT). */
  static Fd open(Kernel kernel, Fd root, String path, int flags) {
    PathWalk walk = new PathWalk(kernel, root);
    try {
      return walk.walk(path, flags);
    } finally {
      walk.backToRoot();
    }
  }

  private Fd walk(String path, int flags) {
    int links = 0;
    push(path);
    while (!ahead.isEmpty()) {
      String name = ahead.pop();
      if (name.equals("..")) {
        if (!passed.isEmpty()) {
          passed.removeLast().close();
        }
        continue;
      }
      Fd next = files.openIfPresent(here(), name, LINKED);
      if (next == null) {
        return null;
      }
      Stat stat = files.stat(next);
      boolean last = ahead.isEmpty();
      if (stat.isSymlink() && !(last && (flags & FileCalls.O_NOFOLLOW) != 0)) {
        try (next) {
          if (++links > MAX_LINKS) {
            throw failure(path, flags, Errno.ELOOP);
          }
          String target = files.readlink(next, "");
          if (target.startsWith("/")) {
            backToRoot();
          }
          push(target);
        }
        continue;
      }
      if (last) {
        return finish(next, stat, name, path, flags);
      }
      passed.add(next);
      if (!stat.isDirectory()) {
        throw failure(path, flags, Errno.ENOTDIR);
      }
    }
    return files.open(here(), ".", flags, 0);
  }

  private Fd finish(Fd found, Stat stat, String name, String path, int flags) {
    if ((flags & FileCalls.O_DIRECTORY) != 0 && !stat.isDirectory()) {
      found.close();
      throw failure(path, flags, Errno.ENOTDIR);
    }
    if ((flags & FileCalls.O_PATH) != 0) {
      return found;
    }
    try (found) {
      // A link put here meanwhile is not followed but refused (ELOOP).
      return files.open(here(), name, flags | FileCalls.O_NOFOLLOW, 0);
    }
  }

  private Fd here() {
    return passed.isEmpty() ? root : passed.getLast();
  }

  private void push(String path) {
    List<String> parts = Rootfs.components(path);
    for (int i = parts.size() - 1; i >= 0; i--) {
      ahead.push(parts.get(i));
    }
  }

  private void backToRoot() {
    while (!passed.isEmpty()) {
      passed.removeLast().close();
    }
  }

  private KernelException failure(String path, int flags, Errno errno) {
    Call call = PathCalls.openat2(root, path, flags, 0, PathCalls.RESOLVE_IN_ROOT);
    return new KernelException(call, errno);
  }
}
