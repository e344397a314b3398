package dev.proa.setup;

import dev.proa.kernel.SchedulerCalls;
import dev.proa.spec.linux.MemoryPolicy.Flag;
import dev.proa.spec.linux.MemoryPolicy.Mode;

/** {@code linux.memoryPolicy}: on which NUMA nodes memory is allocated, set_mempolicy(2). */
public final class MemoryPolicy {
  private MemoryPolicy() {}

  /**
   * The step, or null where the config leaves the policy as it is.
   *
   * @throws SetupException for nodes or flags that the mode does not take
   */
  public static Step plan(dev.proa.spec.linux.MemoryPolicy policy) {
    if (policy == null) {
      return null;
    }
    Mode mode = policy.mode();
    if (mode == null) {
      throw new SetupException("memory policy mode is required");
    }
    byte[] nodes = policy.nodes() == null ? new byte[0] : NumberList.parse(policy.nodes());
    boolean none = mode == Mode.MPOL_DEFAULT || mode == Mode.MPOL_LOCAL;
    if (none && nodes.length != 0) {
      throw new SetupException("memory policy mode " + mode + " takes no nodes");
    }
    // An empty set with MPOL_PREFERRED means the local node.
    if (!none && mode != Mode.MPOL_PREFERRED && nodes.length == 0) {
      throw new SetupException("memory policy mode " + mode + " needs nodes");
    }
    int flags = 0;
    for (Flag flag : policy.flags()) {
      flags |=
          switch (flag) {
            case MPOL_F_NUMA_BALANCING -> 0x2000;
            case MPOL_F_RELATIVE_NODES -> 0x4000;
            case MPOL_F_STATIC_NODES -> 0x8000;
          };
    }
    if ((flags & 0xc000) == 0xc000) {
      throw new SetupException(
          "memory policy flags MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES exclude each other");
    }
    return new CallsStep(
        "linux.memoryPolicy",
        SchedulerCalls.setMemoryPolicy(SchedulerCalls.memoryMode(mode.name()) | flags, nodes));
  }
}
