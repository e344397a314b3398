package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.CgroupTree;

/** The freezer (Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst). */
final class Freezer {
  private static final String STATE = "freezer.state";
  private static final int TRIES = 1000;

  private final CgroupTree tree;

  Freezer(CgroupTree tree) {
    this.tree = tree;
  }

  /**
   * Stops all processes. The kernel stays FREEZING for as long as new processes appear, and has to
   * be asked again; the pauses are the ones with which runc found that it succeeds in the end.
   */
  void freeze(CgroupFiles files) {
    boolean frozen = false;
    try {
      for (int i = 0; i < TRIES && !frozen; i++) {
        if (i % 50 == 49) {
          // Letting them go for a moment helps where processes keep forking.
          files.write(STATE, "THAWED");
          tree.sleep(10_000_000);
        }
        files.write(STATE, "FROZEN");
        if (i % 25 == 24) {
          tree.sleep(10_000);
        } else if (i > TRIES / 2) {
          tree.sleep(1_000_000); // a busy machine: a process stops only once it gets a processor
        }
        String state = files.mustRead(STATE);
        frozen = state.equals("FROZEN");
        if (!frozen && !state.equals("FREEZING")) {
          throw new CgroupException("unexpected state " + state + " while freezing");
        }
      }
      if (!frozen) {
        throw new CgroupException("unable to freeze");
      }
    } finally {
      if (!frozen) {
        files.write(STATE, "THAWED");
      }
    }
  }

  void thaw(CgroupFiles files) {
    files.write(STATE, "THAWED");
  }

  /** Whether this cgroup itself is frozen, and not just one above it. */
  boolean isFrozen(CgroupFiles files) {
    String state = files.read(STATE);
    for (int i = 0; i < TRIES && "FREEZING".equals(state); i++) {
      tree.sleep(1_000_000);
      state = files.read(STATE);
    }
    return "FROZEN".equals(state) && !"0".equals(files.read("freezer.self_freezing"));
  }
}
