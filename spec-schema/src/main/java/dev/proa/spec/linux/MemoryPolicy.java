package dev.proa.spec.linux;

import dev.proa.spec.Json;
import java.util.List;

/**
 * Arguments of set_mempolicy(2): config-linux.md, Memory policy.
 *
 * @param mode mode
 * @param nodes node list such as {@code 0-3,7}
 * @param flags mode flags
 */
public record MemoryPolicy(Mode mode, String nodes, List<Flag> flags) {

  /** Reads the object. */
  public static MemoryPolicy read(Json json) {
    return new MemoryPolicy(
        json.enumOrNull("mode", Mode.values()),
        json.textOrNull("nodes"),
        json.enums("flags", Flag.values()));
  }

  /** Modes of set_mempolicy(2). */
  public enum Mode {
    MPOL_DEFAULT,
    MPOL_BIND,
    MPOL_INTERLEAVE,
    MPOL_WEIGHTED_INTERLEAVE,
    MPOL_PREFERRED,
    MPOL_PREFERRED_MANY,
    MPOL_LOCAL
  }

  /** Mode flags of set_mempolicy(2). */
  public enum Flag {
    MPOL_F_NUMA_BALANCING,
    MPOL_F_RELATIVE_NODES,
    MPOL_F_STATIC_NODES
  }
}
