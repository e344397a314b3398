package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.CgroupTree;
import dev.proa.cgroup.StatText;

/** {@code cgroup.freeze} (Linux 5.2). */
final class Freezer {
  private static final String FREEZE = "cgroup.freeze";
  private static final long LONGEST_PAUSE = 10_000_000;
  private static final long TIMEOUT = 10_000_000_000L;

  private final CgroupTree tree;

  Freezer(CgroupTree tree) {
    this.tree = tree;
  }

  void freeze(CgroupFiles files) {
    if (!files.has(FREEZE)) {
      throw new CgroupException("freezer not supported");
    }
    files.write(FREEZE, "1");
    long pause = 100_000;
    for (long waited = 0; waited < TIMEOUT; waited += pause) {
      if (StatText.keyed(files.read("cgroup.events")).getOrDefault("frozen", 0L) == 1) {
        return;
      }
      tree.sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
    throw new CgroupException("timeout of 10s reached waiting for the cgroup to freeze");
  }

  /** Lets them go; a kernel without a freezer has nothing to let go. */
  void thaw(CgroupFiles files) {
    if (files.has(FREEZE)) {
      files.write(FREEZE, "0");
    }
  }

  boolean isFrozen(CgroupFiles files) {
    return "1".equals(files.read(FREEZE));
  }
}
