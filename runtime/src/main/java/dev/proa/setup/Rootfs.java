package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.PathCalls;
import java.util.ArrayList;
import java.util.List;

/**
 * The container's root file system, held by a descriptor; every path in it is resolved here, once,
 * to a descriptor that is then used instead of the path.
 *
 * <p>Most holes of container runtimes were a path of the image resolved again after it was checked,
 * or resolved with the host's root (CVE-2019-18837, CVE-2021-30465, CVE-2024-45310,
 * CVE-2026-41579). openat2(2) with RESOLVE_IN_ROOT resolves it as if the descriptor were {@code /},
 * in one step that nothing can interleave; {@link PathWalk} does the same where a kernel before 5.6
 * has no openat2.
 */
public final class Rootfs {
  private static final int DIRECTORY = FileCalls.O_PATH | FileCalls.O_DIRECTORY;

  /** A lookup is tried again this often when a rename or a mount came in between (EAGAIN). */
  private static final int TRIES = 128;

  private static final int MAX_LINKS = 40;

  private final Kernel kernel;
  private final FileCalls files;
  private final PathCalls paths;
  private Fd root;
  private boolean walks;

  /** Not yet open: the step {@link Root} makes the mount and calls {@link #enter}. */
  public Rootfs(Kernel kernel) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
    this.paths = new PathCalls(kernel);
  }

  /** Over the descriptor of the root directory. */
  public Rootfs(Kernel kernel, Fd root) {
    this(kernel);
    this.root = root;
  }

  /** Resolves from now on in that directory: the root of the container's root mount. */
  public void enter(Fd root) {
    this.root = root;
  }

  /**
   * The root directory itself.
   *
   * @throws IllegalStateException before there is one
   */
  public Fd root() {
    if (root == null) {
      throw new IllegalStateException("the root file system is not mounted yet");
    }
    return root;
  }

  /**
   * Opens what is at that path.
   *
   * @param flags O_ flags of open(2) without O_CREAT; O_PATH unless the content is meant
   * @throws KernelException also where nothing is there (ENOENT)
   */
  public Fd open(String path, int flags) {
    Fd fd = openIfPresent(path, flags);
    if (fd == null) {
      throw new KernelException(call(clean(path), flags), Errno.ENOENT);
    }
    return fd;
  }

  /** {@link #open} that answers null where nothing is there (ENOENT). */
  public Fd openIfPresent(String path, int flags) {
    return lookup(clean(path), flags);
  }

  /** Opens a directory with O_PATH, and makes it and its parents where they are missing. */
  public Fd mkdirs(String path, int mode) {
    return makeDirectory(clean(path), mode);
  }

  /**
   * Opens what is at that path with O_PATH, or makes an empty file there, and its parents with mode
   * 0755. A dangling symbolic link gets its target made, in the root.
   */
  public Fd createFile(String path, int mode) {
    String at = clean(path);
    for (int links = 0; links < MAX_LINKS; links++) {
      Fd present = lookup(at, FileCalls.O_PATH);
      if (present != null) {
        return present;
      }
      int slash = at.lastIndexOf('/');
      String name = at.substring(slash + 1);
      try (Fd parent = makeDirectory(at.substring(0, Math.max(slash, 0)), 0755)) {
        Call call = PathCalls.create(parent, name, FileCalls.O_WRONLY | FileCalls.O_NOFOLLOW, mode);
        long made = kernel.call(call);
        if (made >= 0) {
          return paths.opened(made, path);
        }
        if (made != -Errno.EEXIST.value()) {
          throw new KernelException(call, Errno.of((int) -made));
        }
        at = follow(at.substring(0, slash + 1), files.readlink(parent, name));
      }
    }
    throw new KernelException(call(at, FileCalls.O_PATH), Errno.ELOOP);
  }

  /** The directory that holds {@code path}, made where it is missing; opened with O_PATH. */
  public Fd parentOf(String path) {
    String at = clean(path);
    return makeDirectory(at.substring(0, Math.max(at.lastIndexOf('/'), 0)), 0755);
  }

  /** The last component of {@code path}, to be used in {@link #parentOf}. */
  public static String nameOf(String path) {
    String at = clean(path);
    return at.substring(at.lastIndexOf('/') + 1);
  }

  /** Makes a symbolic link, in a directory that is made where it is missing. */
  public void symlink(String target, String path) {
    try (Fd parent = parentOf(path)) {
      paths.symlink(target, parent, nameOf(path));
    }
  }

  /** {@link #symlink}, unless there is a link with that target already. */
  public void symlinkOrSame(String target, String path) {
    try {
      symlink(target, path);
    } catch (KernelException e) {
      try (Fd parent = parentOf(path)) {
        String name = nameOf(path);
        if (!e.is(Errno.EEXIST)
            || !files.stat(parent, name, FileCalls.AT_SYMLINK_NOFOLLOW).isSymlink()
            || !files.readlink(parent, name).equals(target)) {
          throw e;
        }
      }
    }
  }

  /** Removes a file or a symbolic link itself. */
  public void unlink(String path) {
    try (Fd parent = parentOf(path)) {
      files.unlink(parent, nameOf(path));
    }
  }

  private Fd makeDirectory(String path, int mode) {
    Fd present = lookup(path, DIRECTORY);
    return present == null ? makeComponents(path, mode) : present;
  }

  /** {@link #mkdirs} of what was looked for already, and is not there. */
  Fd makeMissing(String path, int mode) {
    return makeComponents(clean(path), mode);
  }

  private Fd makeComponents(String path, int mode) {
    List<String> parts = components(path);
    for (int links = 0; links < MAX_LINKS; links++) {
      int have = parts.size() - 1;
      Fd here = lookup(join(parts, have), DIRECTORY);
      while (here == null) {
        here = lookup(join(parts, --have), DIRECTORY);
      }
      String link = null;
      while (have < parts.size() && link == null) {
        String name = parts.get(have);
        try (Fd parent = here) {
          if (name.equals("..")) {
            throw new KernelException(call(path, DIRECTORY), Errno.ENOENT);
          }
          // Made on the parent's descriptor: nothing appears outside the root (CVE-2024-45310).
          boolean made = files.mkdirIfAbsent(parent, name, mode);
          if (!made && files.stat(parent, name, FileCalls.AT_SYMLINK_NOFOLLOW).isSymlink()) {
            link = files.readlink(parent, name);
          } else {
            here = files.open(parent, name, DIRECTORY | FileCalls.O_NOFOLLOW, 0);
            have++;
          }
        }
      }
      if (link == null) {
        return here;
      }
      List<String> longer = components(follow(join(parts, have), link));
      longer.addAll(parts.subList(have + 1, parts.size()));
      parts = longer;
    }
    throw new KernelException(call(path, DIRECTORY), Errno.ELOOP);
  }

  private Fd lookup(String path, int flags) {
    if (!walks) {
      Call call = call(path, flags);
      long result = -Errno.EAGAIN.value();
      // EXDEV is what a rename race looks like here: RESOLVE_IN_ROOT crosses mounts.
      for (int i = 0; i < TRIES && isRace(result); i++) {
        result = kernel.call(call);
      }
      if (result >= 0) {
        return paths.opened(result, "/" + path);
      }
      if (result == -Errno.ENOENT.value()) {
        return null;
      }
      if (result != -Errno.ENOSYS.value()) {
        throw new KernelException(call, Errno.of((int) -result));
      }
      walks = true;
    }
    return PathWalk.open(kernel, root(), path, flags);
  }

  private static boolean isRace(long result) {
    return result == -Errno.EAGAIN.value() || result == -Errno.EXDEV.value();
  }

  private Call call(String path, int flags) {
    return PathCalls.openat2(
        root(), path.isEmpty() ? "." : path, flags, 0, PathCalls.RESOLVE_IN_ROOT);
  }

  /** Where a link in {@code directory} points, as a path from the root. */
  private static String follow(String directory, String target) {
    return target.startsWith("/") ? target : directory + "/" + target;
  }

  /** The path's components; {@code .} and empty ones are left out. */
  public static List<String> components(String path) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (at <= path.length()) {
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      if (end > at && !(end == at + 1 && path.charAt(at) == '.')) {
        parts.add(path.substring(at, end));
      }
      at = end + 1;
    }
    return parts;
  }

  /**
   * The path without {@code .}, {@code ..} and repeated slashes, relative to the root; empty for
   * the root itself. {@code ..} is taken by the text, as Go's path.Clean does.
   */
  public static String clean(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : components(path)) {
      if (!part.equals("..")) {
        parts.add(part);
      } else if (!parts.isEmpty()) {
        parts.removeLast();
      }
    }
    return join(parts, parts.size());
  }

  private static String join(List<String> parts, int count) {
    if (count == 1) {
      return parts.getFirst();
    }
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < count; i++) {
      path.append(i == 0 ? "" : "/").append(parts.get(i));
    }
    return path.toString();
  }
}
