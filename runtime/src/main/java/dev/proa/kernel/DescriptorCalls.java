package dev.proa.kernel;

/** Descriptors themselves: pipe2(2), dup3(2), close_range(2), fcntl(2), ppoll(2). */
public final class DescriptorCalls {
  public static final int POLLIN = 1;
  public static final int POLLOUT = 4;
  public static final int POLLERR = 8;
  public static final int POLLHUP = 16;
  public static final int POLLNVAL = 32;

  /** close_range(2) marks the descriptors close-on-exec and leaves them open (Linux 5.11). */
  public static final int CLOSE_RANGE_CLOEXEC = 4;

  private static final FlagNames CLOSE_RANGE_FLAGS =
      new FlagNames("0").with(CLOSE_RANGE_CLOEXEC, "CLOSE_RANGE_CLOEXEC");
  private static final int F_GETFD = 1;
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int FD_CLOEXEC = 1;

  private final Kernel kernel;

  /** Over that kernel. */
  public DescriptorCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * pipe2(2); both ends are closed on exec.
   *
   * @return the end to read from and the end to write to
   */
  public Fd[] pipe() {
    byte[] ends = new byte[8];
    kernel.must(
        Call.of(Sysno.PIPE2, Arg.out(ends), Arg.flags(FileCalls.O_CLOEXEC, FileCalls.OPEN_FLAGS)));
    return new Fd[] {
      new Fd(kernel, Bytes.getInt(ends, 0), "pipe"), new Fd(kernel, Bytes.getInt(ends, 4), "pipe")
    };
  }

  /**
   * Makes {@code number} a copy of {@code fd} that stays open on exec: dup3(2), or where it is that
   * number already, fcntl(2), because dup3 refuses that.
   */
  public void place(Fd fd, int number) {
    if (fd.number() == number) {
      kernel.must(setCloseOnExec(number, false));
    } else {
      kernel.must(Call.of(Sysno.DUP3, fd.arg(), Arg.of(number), Arg.of(0)));
    }
  }

  /** A copy of {@code fd} with a number of at least {@code least}, closed on exec. */
  public Fd duplicate(Fd fd, int least) {
    int copy =
        (int)
            kernel.must(
                Call.of(
                    Sysno.FCNTL,
                    fd.arg(),
                    Arg.named(F_DUPFD_CLOEXEC, "F_DUPFD_CLOEXEC"),
                    Arg.of(least)));
    return new Fd(kernel, copy, fd.name());
  }

  /** fcntl(2) F_SETFD. */
  public static Call setCloseOnExec(int fd, boolean close) {
    return Call.of(
        Sysno.FCNTL,
        Arg.of(fd),
        Arg.named(F_SETFD, "F_SETFD"),
        close ? Arg.named(FD_CLOEXEC, "FD_CLOEXEC") : Arg.of(0));
  }

  /** Whether a descriptor of that number is open: fcntl(2) F_GETFD. */
  public boolean isOpen(int fd) {
    return kernel.call(Call.of(Sysno.FCNTL, Arg.of(fd), Arg.named(F_GETFD, "F_GETFD"))) >= 0;
  }

  /** Turns O_NONBLOCK on or off: fcntl(2) F_GETFL and F_SETFL. */
  public void setNonBlocking(Fd fd, boolean nonBlocking) {
    int old = (int) kernel.must(Call.of(Sysno.FCNTL, fd.arg(), Arg.named(F_GETFL, "F_GETFL")));
    int flags = nonBlocking ? old | FileCalls.O_NONBLOCK : old & ~FileCalls.O_NONBLOCK;
    if (flags != old) {
      kernel.must(
          Call.of(
              Sysno.FCNTL,
              fd.arg(),
              Arg.named(F_SETFL, "F_SETFL"),
              Arg.flags(flags, FileCalls.OPEN_FLAGS)));
    }
  }

  /** close_range(2) (Linux 5.9) from {@code first} to {@code last}, both included. */
  public static Call closeRange(int first, int last, int flags) {
    return Call.of(
        Sysno.CLOSE_RANGE, Arg.of(first), Arg.of(last), Arg.flags(flags, CLOSE_RANGE_FLAGS));
  }

  /** close_range(2) from {@code first} to the last descriptor that can be. */
  public static Call closeFrom(int first, int flags) {
    return Call.of(
        Sysno.CLOSE_RANGE,
        Arg.of(first),
        Arg.named(0xffffffffL, "~0U"),
        Arg.flags(flags, CLOSE_RANGE_FLAGS));
  }

  /**
   * ppoll(2) on up to {@code count} descriptors, without a change of the signal mask.
   *
   * @param polls {@code count} structs pollfd: int fd, short events, short revents
   * @param timeout in nanoseconds; negative waits for ever
   * @return how many are ready; 0 after the timeout or a signal
   */
  public int poll(byte[] polls, int count, long timeout) {
    Arg limit = Arg.NULL;
    if (timeout >= 0) {
      byte[] timespec = new byte[16];
      Bytes.putLong(timespec, 0, timeout / 1_000_000_000);
      Bytes.putLong(timespec, 8, timeout % 1_000_000_000);
      limit = Arg.struct(timespec, "{" + timeout / 1_000_000 + " ms}");
    }
    Call call =
        Call.of(Sysno.PPOLL, Arg.out(polls), Arg.of(count), limit, Arg.NULL, Arg.of(Long.BYTES));
    long result = kernel.call(call);
    if (result == -Errno.EINTR.value()) {
      for (int i = 0; i < count; i++) {
        Bytes.putShort(polls, 8 * i + 6, 0);
      }
      return 0;
    }
    if (result < 0) {
      throw new KernelException(call, Errno.of((int) -result));
    }
    return (int) result;
  }
}
