package dev.proa.kernel;

/** Namespaces: unshare(2), setns(2), and the flags that they share with clone3(2). */
public final class NamespaceCalls {
  public static final long CLONE_NEWTIME = 0x00000080L;
  public static final long CLONE_VM = 0x00000100L;
  public static final long CLONE_PIDFD = 0x00001000L;
  public static final long CLONE_VFORK = 0x00004000L;
  public static final long CLONE_PARENT = 0x00008000L;
  public static final long CLONE_NEWNS = 0x00020000L;
  public static final long CLONE_CHILD_CLEARTID = 0x00200000L;
  public static final long CLONE_CHILD_SETTID = 0x01000000L;
  public static final long CLONE_NEWCGROUP = 0x02000000L;
  public static final long CLONE_NEWUTS = 0x04000000L;
  public static final long CLONE_NEWIPC = 0x08000000L;
  public static final long CLONE_NEWUSER = 0x10000000L;
  public static final long CLONE_NEWPID = 0x20000000L;
  public static final long CLONE_NEWNET = 0x40000000L;

  /** Linux 5.5: signal handlers become the default ones in the child; ignored ones stay ignored. */
  public static final long CLONE_CLEAR_SIGHAND = 0x100000000L;

  /** Linux 5.7: the child starts in the cgroup v2 of {@code clone_args.cgroup}. */
  public static final long CLONE_INTO_CGROUP = 0x200000000L;

  static final FlagNames CLONE_FLAGS =
      new FlagNames("0")
          .with(CLONE_NEWTIME, "CLONE_NEWTIME")
          .with(CLONE_VM, "CLONE_VM")
          .with(CLONE_PIDFD, "CLONE_PIDFD")
          .with(CLONE_VFORK, "CLONE_VFORK")
          .with(CLONE_PARENT, "CLONE_PARENT")
          .with(CLONE_NEWNS, "CLONE_NEWNS")
          .with(CLONE_CHILD_CLEARTID, "CLONE_CHILD_CLEARTID")
          .with(CLONE_CHILD_SETTID, "CLONE_CHILD_SETTID")
          .with(CLONE_NEWCGROUP, "CLONE_NEWCGROUP")
          .with(CLONE_NEWUTS, "CLONE_NEWUTS")
          .with(CLONE_NEWIPC, "CLONE_NEWIPC")
          .with(CLONE_NEWUSER, "CLONE_NEWUSER")
          .with(CLONE_NEWPID, "CLONE_NEWPID")
          .with(CLONE_NEWNET, "CLONE_NEWNET")
          .with(CLONE_CLEAR_SIGHAND, "CLONE_CLEAR_SIGHAND")
          .with(CLONE_INTO_CGROUP, "CLONE_INTO_CGROUP");

  private final Kernel kernel;

  /** Over that kernel. */
  public NamespaceCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /** unshare(2). New pid and time namespaces are for the next child only. */
  public void unshare(long flags) {
    kernel.must(Call.of(Sysno.UNSHARE, Arg.flags(flags, CLONE_FLAGS)));
  }

  /**
   * setns(2).
   *
   * @param namespace a file of /proc/PID/ns, or a pidfd (Linux 5.8)
   * @param flags the kind or kinds of namespace; 0 takes any, of a namespace file only
   */
  public void setns(Fd namespace, long flags) {
    kernel.must(Call.of(Sysno.SETNS, namespace.arg(), Arg.flags(flags, CLONE_FLAGS)));
  }
}
