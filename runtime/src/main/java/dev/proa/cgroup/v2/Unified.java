package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Write;
import dev.proa.kernel.Errno;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Files of cgroup2 that the config names itself (config-linux.md, Unified). */
final class Unified {
  static final String SECTION = "linux.resources.unified";

  private Unified() {}

  /** One write for each line of each value. */
  static List<Write> translate(Resources resources) {
    List<Write> writes = new ArrayList<>();
    for (Map.Entry<String, String> entry : resources.unified().entrySet()) {
      String file = entry.getKey();
      // Also keeps the write inside the directory.
      if (file.indexOf('/') >= 0) {
        throw problem(file, "must be a file name (no slashes)");
      }
      for (String line : entry.getValue().split("\n")) {
        writes.add(Write.of(SECTION + "." + file, file, line));
      }
    }
    return writes;
  }

  /** Makes the writes; one to a controller that is not there says so. */
  static void set(CgroupFiles files, List<Write> writes) {
    for (Write write : writes) {
      try {
        files.write(List.of(write));
      } catch (CgroupException e) {
        throw e.is(Errno.ENOENT) || e.isPermission() ? explained(files, write.file(), e) : e;
      }
    }
  }

  private static CgroupException explained(CgroupFiles files, String file, CgroupException e) {
    int dot = file.indexOf('.');
    if (dot < 0) {
      return problem(file, "must be in the form CONTROLLER.PARAMETER");
    }
    String controller = file.substring(0, dot);
    if (!controller.equals("cgroup") && !SubtreeControl.has(files, controller)) {
      return problem(file, "can't be set: controller \"" + controller + "\" not available");
    }
    return e;
  }

  private static CgroupException problem(String file, String text) {
    return new CgroupException(SECTION + ": unified resource \"" + file + "\" " + text);
  }
}
