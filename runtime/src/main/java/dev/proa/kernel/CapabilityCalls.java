package dev.proa.kernel;

import java.util.List;

/** The capability sets of capabilities(7): capset(2) and prctl(2)'s operations on them. */
public final class CapabilityCalls {
  /** Its number in capabilities(7). */
  public static final int CAP_SYS_ADMIN = 21;

  private static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;
  private static final int PR_SET_KEEPCAPS = 8;
  private static final int PR_CAPBSET_READ = 23;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_RAISE = 2;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

  // linux/capability.h, in the order of the numbers; 40 is CAP_CHECKPOINT_RESTORE of Linux 5.9
  private static final String[] NAMES = {
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE"
  };

  private CapabilityCalls() {}

  /** How many capabilities have names here: numbers 0 to that, without it. */
  public static int count() {
    return NAMES.length;
  }

  /** All names, in the order of their numbers. */
  public static List<String> names() {
    return List.of(NAMES);
  }

  /** The number of a capability by its name, as {@code CAP_KILL}; -1 for an unknown name. */
  public static int number(String name) {
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The name of a capability; {@code cap 50} for one that has none here. */
  public static String name(int capability) {
    return capability < NAMES.length ? NAMES[capability] : "cap " + capability;
  }

  /** capset(2) of this process; each set has bit n for capability n. */
  public static Call capset(long effective, long permitted, long inheritable) {
    byte[] header = new byte[8];
    Bytes.putInt(header, 0, LINUX_CAPABILITY_VERSION_3);
    byte[] data = new byte[24];
    for (int half = 0; half < 2; half++) {
      Bytes.putInt(data, 12 * half, (int) (effective >>> (32 * half)));
      Bytes.putInt(data, 12 * half + 4, (int) (permitted >>> (32 * half)));
      Bytes.putInt(data, 12 * half + 8, (int) (inheritable >>> (32 * half)));
    }
    return Call.of(
        Sysno.CAPSET,
        Arg.struct(header, "{version=_LINUX_CAPABILITY_VERSION_3, pid=0}"),
        Arg.struct(
            data,
            "{effective=0x"
                + Long.toHexString(effective)
                + ", permitted=0x"
                + Long.toHexString(permitted)
                + ", inheritable=0x"
                + Long.toHexString(inheritable)
                + "}"));
  }

  /** This process's effective, permitted and inheritable set: capget(2). */
  public static long[] capget(Kernel kernel) {
    byte[] header = new byte[8];
    Bytes.putInt(header, 0, LINUX_CAPABILITY_VERSION_3);
    byte[] data = new byte[24];
    kernel.must(
        Call.of(
            Sysno.CAPGET,
            Arg.struct(header, "{version=_LINUX_CAPABILITY_VERSION_3, pid=0}"),
            Arg.out(data)));
    long[] sets = new long[3];
    for (int i = 0; i < 3; i++) {
      sets[i] =
          (Bytes.getInt(data, 4 * i) & 0xffffffffL) | ((long) Bytes.getInt(data, 12 + 4 * i) << 32);
    }
    return sets;
  }

  /** PR_CAPBSET_READ: answers EINVAL for a capability that the kernel does not have. */
  public static Call readBounding(int capability) {
    return ProcessCalls.prctl(PR_CAPBSET_READ, "PR_CAPBSET_READ", arg(capability));
  }

  /** PR_CAPBSET_DROP: needs CAP_SETPCAP. */
  public static Call dropBounding(int capability) {
    return ProcessCalls.prctl(PR_CAPBSET_DROP, "PR_CAPBSET_DROP", arg(capability));
  }

  /** PR_SET_KEEPCAPS: whether the permitted set survives the change from uid 0 to another. */
  public static Call keep(boolean keep) {
    return ProcessCalls.prctl(PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS", Arg.of(keep ? 1 : 0));
  }

  /** PR_CAP_AMBIENT_RAISE (Linux 4.3): must be permitted and inheritable. */
  public static Call raiseAmbient(int capability) {
    return ProcessCalls.prctl(
        PR_CAP_AMBIENT,
        "PR_CAP_AMBIENT",
        Arg.named(PR_CAP_AMBIENT_RAISE, "PR_CAP_AMBIENT_RAISE"),
        arg(capability),
        Arg.of(0),
        Arg.of(0));
  }

  /** PR_CAP_AMBIENT_CLEAR_ALL (Linux 4.3). */
  public static Call clearAmbient() {
    return ProcessCalls.prctl(
        PR_CAP_AMBIENT,
        "PR_CAP_AMBIENT",
        Arg.named(PR_CAP_AMBIENT_CLEAR_ALL, "PR_CAP_AMBIENT_CLEAR_ALL"),
        Arg.of(0),
        Arg.of(0),
        Arg.of(0));
  }

  private static Arg arg(int capability) {
    return Arg.named(capability, name(capability));
  }
}
