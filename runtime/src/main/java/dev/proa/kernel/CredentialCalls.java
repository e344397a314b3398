package dev.proa.kernel;

/** Whose a process is: setresuid(2), setresgid(2), setgroups(2), getuid(2), … */
public final class CredentialCalls {
  private CredentialCalls() {}

  /**
   * setresuid(2) of all three to one uid. The system call, so of this thread only: proa has one.
   */
  public static Call setresuid(long uid) {
    return Call.of(Sysno.SETRESUID, Arg.of(uid), Arg.of(uid), Arg.of(uid));
  }

  /** setresgid(2) of all three to one gid. */
  public static Call setresgid(long gid) {
    return Call.of(Sysno.SETRESGID, Arg.of(gid), Arg.of(gid), Arg.of(gid));
  }

  /** setgroups(2). */
  public static Call setgroups(long[] gids) {
    byte[] list = new byte[4 * gids.length];
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < gids.length; i++) {
      Bytes.putInt(list, 4 * i, (int) gids[i]);
      text.append(i == 0 ? "" : ", ").append(gids[i]);
    }
    return Call.of(
        Sysno.SETGROUPS,
        Arg.of(gids.length),
        gids.length == 0 ? Arg.NULL : Arg.struct(list, text.append(']').toString()));
  }

  /** geteuid(2). */
  public static int geteuid(Kernel kernel) {
    return (int) kernel.must(Call.of(Sysno.GETEUID));
  }

  /** getegid(2). */
  public static int getegid(Kernel kernel) {
    return (int) kernel.must(Call.of(Sysno.GETEGID));
  }

  /** getuid(2). */
  public static int getuid(Kernel kernel) {
    return (int) kernel.must(Call.of(Sysno.GETUID));
  }
}
