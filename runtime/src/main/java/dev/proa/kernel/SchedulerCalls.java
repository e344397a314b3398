package dev.proa.kernel;

import java.util.Arrays;

/** Processor, disk and memory placement: sched_setattr(2), ioprio_set(2), set_mempolicy(2), … */
public final class SchedulerCalls {
  private static final FlagNames SCHED_FLAGS =
      new FlagNames("0")
          .with(0x01, "SCHED_FLAG_RESET_ON_FORK")
          .with(0x02, "SCHED_FLAG_RECLAIM")
          .with(0x04, "SCHED_FLAG_DL_OVERRUN")
          .with(0x08, "SCHED_FLAG_KEEP_POLICY")
          .with(0x10, "SCHED_FLAG_KEEP_PARAMS")
          .with(0x20, "SCHED_FLAG_UTIL_CLAMP_MIN")
          .with(0x40, "SCHED_FLAG_UTIL_CLAMP_MAX");
  private static final String[] POLICIES = {
    "SCHED_OTHER",
    "SCHED_FIFO",
    "SCHED_RR",
    "SCHED_BATCH",
    "SCHED_ISO",
    "SCHED_IDLE",
    "SCHED_DEADLINE"
  };
  private static final String[] IOPRIO_CLASSES = {
    "IOPRIO_CLASS_NONE", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"
  };
  private static final String[] MPOL_MODES = {
    "MPOL_DEFAULT",
    "MPOL_PREFERRED",
    "MPOL_BIND",
    "MPOL_INTERLEAVE",
    "MPOL_LOCAL",
    "MPOL_PREFERRED_MANY",
    "MPOL_WEIGHTED_INTERLEAVE"
  };
  private static final FlagNames MPOL_FLAGS =
      new FlagNames("0")
          .with(0x2000, "MPOL_F_NUMA_BALANCING")
          .with(0x4000, "MPOL_F_RELATIVE_NODES")
          .with(0x8000, "MPOL_F_STATIC_NODES");
  private static final int MPOL_FLAG_BITS = 0xe000;
  private static final int IOPRIO_WHO_PROCESS = 1;

  /** Linux can be built for so many processors at the most (CONFIG_NR_CPUS). */
  private static final int MOST_PROCESSORS = 8192;

  private static final int SCHED_ATTR_SIZE = 56;

  private SchedulerCalls() {}

  /** The number of a scheduling policy of sched(7), as {@code SCHED_BATCH}; -1 for no such name. */
  public static int policy(String name) {
    return indexOf(POLICIES, name);
  }

  /** The number of an I/O class of ioprio_set(2), as {@code IOPRIO_CLASS_BE}; -1 for no such. */
  public static int ioClass(String name) {
    return indexOf(IOPRIO_CLASSES, name);
  }

  /** The number of a memory policy of set_mempolicy(2), as {@code MPOL_BIND}; -1 for no such. */
  public static int memoryMode(String name) {
    return indexOf(MPOL_MODES, name);
  }

  private static int indexOf(String[] names, String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * sched_setattr(2) of this thread.
   *
   * @param runtime of SCHED_DEADLINE, as deadline and period in nanoseconds
   */
  public static Call setattr(
      int policy, long flags, int nice, int priority, long runtime, long deadline, long period) {
    // struct sched_attr: size, policy (u32), flags (u64), nice (s32), priority (u32), runtime,
    // deadline, period (u64), util_min, util_max (u32; Linux 5.3, an older one wants zeroes)
    byte[] attr = new byte[SCHED_ATTR_SIZE];
    Bytes.putInt(attr, 0, SCHED_ATTR_SIZE);
    Bytes.putInt(attr, 4, policy);
    Bytes.putLong(attr, 8, flags);
    Bytes.putInt(attr, 16, nice);
    Bytes.putInt(attr, 20, priority);
    Bytes.putLong(attr, 24, runtime);
    Bytes.putLong(attr, 32, deadline);
    Bytes.putLong(attr, 40, period);
    String text =
        "{policy="
            + POLICIES[policy]
            + ", flags="
            + SCHED_FLAGS.describe(flags)
            + ", nice="
            + nice
            + ", priority="
            + priority
            + ", runtime="
            + Long.toUnsignedString(runtime)
            + ", deadline="
            + Long.toUnsignedString(deadline)
            + ", period="
            + Long.toUnsignedString(period)
            + "}";
    return Call.of(Sysno.SCHED_SETATTR, Arg.of(0), Arg.struct(attr, text), Arg.of(0));
  }

  /**
   * sched_setaffinity(2).
   *
   * @param pid whose; 0 for this thread's
   * @param mask bit n is processor n; its length a multiple of 8
   */
  public static Call setaffinity(int pid, byte[] mask) {
    return Call.of(
        Sysno.SCHED_SETAFFINITY, Arg.of(pid), Arg.of(mask.length), Arg.struct(mask, bits(mask)));
  }

  /**
   * sched_setaffinity(2) to all processors; those that the machine or the process's cpuset has not
   * are left out by the kernel.
   *
   * @param pid whose; 0 for this thread's
   */
  public static Call setaffinityToAll(int pid) {
    byte[] mask = new byte[MOST_PROCESSORS / 8];
    Arrays.fill(mask, (byte) 0xff);
    return Call.of(
        Sysno.SCHED_SETAFFINITY, Arg.of(pid), Arg.of(mask.length), Arg.struct(mask, "[all]"));
  }

  /** ioprio_set(2) of this process. */
  public static Call setIoPriority(int ioClass, int priority) {
    return Call.of(
        Sysno.IOPRIO_SET,
        Arg.named(IOPRIO_WHO_PROCESS, "IOPRIO_WHO_PROCESS"),
        Arg.of(0),
        Arg.named(
            ((long) ioClass << 13) | priority,
            "IOPRIO_PRIO_VALUE(" + IOPRIO_CLASSES[ioClass] + ", " + priority + ")"));
  }

  /**
   * set_mempolicy(2).
   *
   * @param mode a mode and MPOL_F flags
   * @param nodes bit n is node n, its length a multiple of 8; empty for no nodes
   */
  public static Call setMemoryPolicy(int mode, byte[] nodes) {
    String name = MPOL_MODES[mode & ~MPOL_FLAG_BITS];
    int flags = mode & MPOL_FLAG_BITS;
    return Call.of(
        Sysno.SET_MEMPOLICY,
        Arg.named(mode, flags == 0 ? name : name + "|" + MPOL_FLAGS.describe(flags)),
        nodes.length == 0 ? Arg.NULL : Arg.struct(nodes, bits(nodes)),
        // The kernel takes one bit fewer than it is told of.
        Arg.of(nodes.length == 0 ? 0 : 8L * nodes.length + 1));
  }

  /** The numbers of the set bits, as {@code [0 1 5]}. */
  private static String bits(byte[] mask) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < 8 * mask.length; i++) {
      if ((mask[i >> 3] & (1 << (i & 7))) != 0) {
        text.append(text.length() == 1 ? "" : " ").append(i);
      }
    }
    return text.append(']').toString();
  }
}
