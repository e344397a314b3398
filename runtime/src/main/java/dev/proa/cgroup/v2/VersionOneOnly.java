package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupException;
import dev.proa.spec.linux.resources.BlockIo;
import dev.proa.spec.linux.resources.Cpu;
import dev.proa.spec.linux.resources.Memory;
import dev.proa.spec.linux.resources.Network;
import dev.proa.spec.linux.resources.Resources;

/**
 * Limits that only cgroup v1 has. config-linux.md, Unified: where a conversion is not possible, the
 * runtime must say so; a limit that is left out without a word is none. What asks for nothing (0,
 * -1, false) passes, and so do the deprecated limits of kernel memory, which version 1 has no more
 * either.
 */
final class VersionOneOnly {
  private VersionOneOnly() {}

  /**
   * Looks for one.
   *
   * @throws CgroupException for the first that is asked for
   */
  static void refuse(Resources resources) {
    Memory memory = resources.memory();
    if (memory != null) {
      refuse("memory.swappiness", memory.swappiness() != null);
      refuse("memory.disableOOMKiller", Boolean.TRUE.equals(memory.disableOOMKiller()));
    }
    Cpu cpu = resources.cpu();
    if (cpu != null) {
      limit("cpu.realtimeRuntime", cpu.realtimeRuntime());
      limit("cpu.realtimePeriod", cpu.realtimePeriod());
    }
    BlockIo blockIo = resources.blockIO();
    if (blockIo != null) {
      refuse("blockIO.leafWeight", blockIo.leafWeight() != null && blockIo.leafWeight() != 0);
    }
    Network network = resources.network();
    if (network != null) {
      refuse("network.classID", network.classID() != null && network.classID() != 0);
      refuse("network.priorities", !network.priorities().isEmpty());
    }
  }

  private static void limit(String member, Long value) {
    refuse(member, value != null && value != 0 && value != -1);
  }

  private static void refuse(String member, boolean asked) {
    if (asked) {
      throw new CgroupException("linux.resources." + member + ": cgroup v2 has no such setting");
    }
  }
}
