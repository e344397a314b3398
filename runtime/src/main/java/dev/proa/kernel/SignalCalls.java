package dev.proa.kernel;

/** Signal masks and dispositions: rt_sigprocmask(2), rt_sigaction(2), signalfd(2). */
public final class SignalCalls {
  /** Every signal; the kernel leaves SIGKILL and SIGSTOP out by itself. */
  public static final long ALL = -1L;

  /** The size of struct signalfd_siginfo. */
  public static final int SIGINFO_SIZE = 128;

  private static final int SIG_SETMASK = 2;
  private static final int SFD_CLOEXEC = FileCalls.O_CLOEXEC;
  private static final int SFD_NONBLOCK = FileCalls.O_NONBLOCK;

  private SignalCalls() {}

  /** rt_sigprocmask(2) SIG_SETMASK; bit n-1 is signal n. */
  public static Call setMask(long mask) {
    return Call.of(
        Sysno.RT_SIGPROCMASK,
        Arg.named(SIG_SETMASK, "SIG_SETMASK"),
        set(mask),
        Arg.NULL,
        Arg.of(Long.BYTES));
  }

  /** Sets the mask and tells what it was. */
  public static long swapMask(Kernel kernel, long mask) {
    byte[] old = new byte[8];
    kernel.must(
        Call.of(
            Sysno.RT_SIGPROCMASK,
            Arg.named(SIG_SETMASK, "SIG_SETMASK"),
            set(mask),
            Arg.out(old),
            Arg.of(Long.BYTES)));
    return Bytes.getLong(old, 0);
  }

  /**
   * rt_sigaction(2) to SIG_DFL. execve(2) resets handlers but keeps what is ignored, and the image
   * ignores SIGPIPE: a container that inherited that would never stop writing to a closed pipe.
   */
  public static Call setDefault(int signal) {
    // struct kernel_sigaction: handler (SIG_DFL is 0), flags, restorer, mask
    return Call.of(
        Sysno.RT_SIGACTION,
        Signal.arg(signal),
        Arg.struct(new byte[32], "{sa_handler=SIG_DFL}"),
        Arg.NULL,
        Arg.of(Long.BYTES));
  }

  /**
   * rt_sigaction(2) with SIG_IGN.
   *
   * @return what was there before, for {@link #restore}
   */
  public static byte[] ignore(Kernel kernel, int signal) {
    byte[] action = new byte[32];
    action[0] = 1; // SIG_IGN
    byte[] before = new byte[32];
    kernel.must(
        Call.of(
            Sysno.RT_SIGACTION,
            Signal.arg(signal),
            Arg.struct(action, "{sa_handler=SIG_IGN}"),
            Arg.out(before),
            Arg.of(Long.BYTES)));
    return before;
  }

  /** rt_sigaction(2) with what {@link #ignore} found. */
  public static Call restore(int signal, byte[] before) {
    return Call.of(
        Sysno.RT_SIGACTION,
        Signal.arg(signal),
        Arg.struct(before, "{...}"),
        Arg.NULL,
        Arg.of(Long.BYTES));
  }

  /** signalfd4(2): a descriptor that the blocked signals of {@code mask} are read from. */
  public static Fd signalfd(Kernel kernel, long mask) {
    int fd =
        (int)
            kernel.must(
                Call.of(
                    Sysno.SIGNALFD4,
                    Arg.of(-1),
                    set(mask),
                    Arg.of(Long.BYTES),
                    Arg.named(SFD_CLOEXEC | SFD_NONBLOCK, "SFD_CLOEXEC|SFD_NONBLOCK")));
    return new Fd(kernel, fd, "signalfd");
  }

  private static Arg set(long mask) {
    byte[] bytes = new byte[8];
    Bytes.putLong(bytes, 0, mask);
    StringBuilder text = new StringBuilder();
    boolean most = Long.bitCount(mask) > 32;
    long named = most ? ~mask : mask;
    for (int signal = 1; signal <= 64; signal++) {
      if ((named & Signal.bit(signal)) != 0) {
        text.append(text.isEmpty() ? "" : " ").append(Signal.name(signal).replace("SIG", ""));
      }
    }
    return Arg.struct(bytes, (most ? "~[" : "[") + text + "]");
  }
}
