package dev.proa.diagnosis;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.Stat;
import dev.proa.kernel.StatFs;
import dev.proa.setup.Rootfs;
import dev.proa.spec.Mount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A root file system to look at: a container's, or the host's own. Paths are resolved in it
 * (openat2(2), RESOLVE_IN_ROOT), so that no link of it leads out.
 */
final class Image implements AutoCloseable {
  /** Where programs and libraries lie, or links to them. */
  private static final List<String> PROGRAMS =
      List.of("usr", "bin", "sbin", "lib", "lib64", "opt", "nix");

  private final Kernel kernel;
  private final FileCalls files;
  private final Fd root;
  private final Rootfs rootfs;
  private final List<Mount> mounts;

  private Image(Kernel kernel, Fd root, List<Mount> mounts) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
    this.root = root;
    this.rootfs = new Rootfs(kernel, root);
    this.mounts = mounts;
  }

  /**
   * Opens a folder as a root.
   *
   * @param mounts those that will be made over it: what is below them is not in the folder
   * @throws KernelException if it is no folder that can be opened
   */
  static Image open(Kernel kernel, String folder, List<Mount> mounts) {
    Fd fd = new FileCalls(kernel).open(folder, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
    return new Image(kernel, fd, mounts);
  }

  /** The host's own root file system. */
  static Image host(Kernel kernel) {
    return open(kernel, "/", List.of());
  }

  /**
   * Which of the config's mounts covers the path, the last one that does.
   *
   * @return its index, or -1
   */
  int coveredBy(String path) {
    return coveredBy(path, mounts.size());
  }

  /** The same among the mounts before that one. */
  int coveredBy(String path, int before) {
    List<String> parts = parts(path);
    for (int i = Math.min(before, mounts.size()) - 1; i >= 0; i--) {
      List<String> at = parts(mounts.get(i).destination());
      if (!at.isEmpty() && at.size() <= parts.size() && parts.subList(0, at.size()).equals(at)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a mount may bring programs or libraries, so that what is not here may be there. */
  boolean getsMore() {
    for (Mount mount : mounts) {
      List<String> at = parts(mount.destination());
      boolean programs = at.isEmpty() || PROGRAMS.contains(at.getFirst());
      if (programs && !"tmpfs".equals(mount.type())) {
        return true;
      }
    }
    return false;
  }

  private static List<String> parts(String path) {
    return Rootfs.components(Rootfs.clean(path));
  }

  /** Whether there is nothing in it but mount points, which a failed create leaves. */
  boolean isEmpty() {
    List<String> names = new ArrayList<>(list("/"));
    for (Mount mount : mounts) {
      List<String> at = parts(mount.destination());
      if (!at.isEmpty()) {
        names.remove(at.getFirst());
      }
    }
    return names.isEmpty();
  }

  /** What is at the path, links followed; null where nothing is, or it leads nowhere. */
  Stat stat(String path) {
    try (Fd fd = rootfs.openIfPresent(path, FileCalls.O_PATH)) {
      return fd == null ? null : files.stat(fd);
    } catch (KernelException e) {
      return null;
    }
  }

  /** Whether something is there. */
  boolean has(String path) {
    return stat(path) != null;
  }

  /** The target of a symbolic link, or null where there is none. */
  String link(String path) {
    try (Fd fd = rootfs.openIfPresent(path, FileCalls.O_PATH | FileCalls.O_NOFOLLOW)) {
      return fd != null && files.stat(fd).isSymlink() ? files.readlink(fd, "") : null;
    } catch (KernelException e) {
      return null;
    }
  }

  /** What statfs(2) says of the mount that the path lies on. */
  StatFs statfs(String path) {
    try (Fd fd = rootfs.open(path, FileCalls.O_PATH)) {
      return new MountCalls(kernel).statfs(fd);
    }
  }

  /**
   * The first bytes of a regular file; none of anything else: opening a device may do something.
   *
   * @param most how many
   */
  byte[] head(String path, int most) {
    try (Fd fd = rootfs.open(path, FileCalls.O_PATH)) {
      if (!files.stat(fd).isRegular()) {
        return new byte[0];
      }
      // The same file, whatever is at the path by now.
      try (Fd content = files.open(fd.procPath(), FileCalls.O_RDONLY)) {
        byte[] head = files.readAll(content, most);
        return Arrays.copyOf(head, Math.min(head.length, most));
      }
    }
  }

  /** The names in a folder; none where it is none. */
  List<String> list(String folder) {
    try (Fd fd = rootfs.openIfPresent(folder, FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      return fd == null ? List.of() : files.list(fd, ".");
    } catch (KernelException e) {
      return List.of();
    }
  }

  @Override
  public void close() {
    root.close();
  }
}
