package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.kernel.Kernel;

/**
 * Which controllers a cgroup gives to its children: {@code cgroup.subtree_control}
 * (Documentation/admin-guide/cgroup-v2.rst, Controlling Controllers).
 */
public final class SubtreeControl {
  private static final String FILE = "cgroup.subtree_control";

  private SubtreeControl() {}

  /** Whether the controller is at work in this cgroup. */
  static boolean has(CgroupFiles files, String controller) {
    return hasWord(files.read("cgroup.controllers"), controller);
  }

  private static boolean hasWord(String words, String word) {
    return words != null && (" " + words + " ").contains(" " + word + " ");
  }

  /**
   * Gives the children of a cgroup the controllers that they lack. What cannot be given (by a
   * cgroup with processes of its own, without permission) is missed by whoever sets a limit of it.
   *
   * @param controllers names with spaces between
   */
  static void enable(CgroupFiles files, String controllers) {
    String given = files.read(FILE);
    StringBuilder all = new StringBuilder();
    for (String controller : controllers.split(" ")) {
      if (!controller.isEmpty() && !hasWord(given, controller)) {
        all.append(all.isEmpty() ? "+" : " +").append(controller);
      }
    }
    if (all.isEmpty() || accepts(files, all.toString())) {
      return;
    }
    // One bad controller refuses them all: the others are given one by one.
    for (String one : all.toString().split(" ")) {
      accepts(files, one);
    }
  }

  private static boolean accepts(CgroupFiles files, String data) {
    try {
      files.write(FILE, data);
      return true;
    } catch (CgroupException e) {
      return false;
    }
  }

  /**
   * Gives one controller to a cgroup, from the mount point down.
   *
   * @param top the mount point; null where it is not known, and then nothing is given
   * @return whether the cgroup has it now
   */
  public static boolean enable(Kernel kernel, String path, String top, String controller) {
    try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
      if (has(files, controller)) {
        return true;
      }
      if (top == null) {
        return false;
      }
      for (int end = top.length(); end > 0; end = path.indexOf('/', end + 1)) {
        try (CgroupFiles above = CgroupFiles.open(kernel, path.substring(0, end))) {
          enable(above, controller);
        }
      }
      return has(files, controller);
    }
  }
}
