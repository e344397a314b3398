package dev.proa.kernel;

/** Resource limits of a process: prlimit64(2). */
public final class LimitCalls {
  /** No limit. */
  public static final long RLIM_INFINITY = -1L;

  public static final int RLIMIT_NOFILE = 7;

  // asm-generic/resource.h, in the order of the numbers
  private static final String[] NAMES = {
    "RLIMIT_CPU",
    "RLIMIT_FSIZE",
    "RLIMIT_DATA",
    "RLIMIT_STACK",
    "RLIMIT_CORE",
    "RLIMIT_RSS",
    "RLIMIT_NPROC",
    "RLIMIT_NOFILE",
    "RLIMIT_MEMLOCK",
    "RLIMIT_AS",
    "RLIMIT_LOCKS",
    "RLIMIT_SIGPENDING",
    "RLIMIT_MSGQUEUE",
    "RLIMIT_NICE",
    "RLIMIT_RTPRIO",
    "RLIMIT_RTTIME"
  };

  private LimitCalls() {}

  /** The number of a limit by its name, as {@code RLIMIT_NOFILE}; -1 for an unknown name. */
  public static int number(String name) {
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * prlimit64(2) that sets a limit.
   *
   * @param pid whose; 0 for this process's
   * @param soft unsigned
   * @param hard unsigned
   */
  public static Call set(int pid, int resource, long soft, long hard) {
    byte[] limit = new byte[16];
    Bytes.putLong(limit, 0, soft);
    Bytes.putLong(limit, 8, hard);
    return Call.of(
        Sysno.PRLIMIT64,
        Arg.of(pid),
        Arg.named(resource, NAMES[resource]),
        Arg.struct(limit, "{rlim_cur=" + text(soft) + ", rlim_max=" + text(hard) + "}"),
        Arg.NULL);
  }

  /** This process's soft and hard limit. */
  public static long[] get(Kernel kernel, int resource) {
    byte[] limit = new byte[16];
    kernel.must(
        Call.of(
            Sysno.PRLIMIT64,
            Arg.of(0),
            Arg.named(resource, NAMES[resource]),
            Arg.NULL,
            Arg.out(limit)));
    return new long[] {Bytes.getLong(limit, 0), Bytes.getLong(limit, 8)};
  }

  private static String text(long value) {
    return value == RLIM_INFINITY ? "RLIM64_INFINITY" : Long.toUnsignedString(value);
  }
}
