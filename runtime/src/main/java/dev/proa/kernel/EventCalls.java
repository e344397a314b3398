package dev.proa.kernel;

/** Descriptors that become readable when something happens: eventfd(2) and inotify(7). */
public final class EventCalls {
  public static final int IN_MODIFY = 2;

  private static final int NONBLOCK = 04000;
  private static final int CLOEXEC = 02000000;
  private static final FlagNames EVENTFD_FLAGS =
      new FlagNames("0").with(NONBLOCK, "EFD_NONBLOCK").with(CLOEXEC, "EFD_CLOEXEC");
  private static final FlagNames INOTIFY_FLAGS =
      new FlagNames("0").with(NONBLOCK, "IN_NONBLOCK").with(CLOEXEC, "IN_CLOEXEC");
  private static final FlagNames WATCH = new FlagNames("0").with(IN_MODIFY, "IN_MODIFY");

  private final Kernel kernel;

  /** Over that kernel. */
  public EventCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /** eventfd2(2) with a count of 0; a read takes the count, eight bytes, and does not wait. */
  public Fd eventfd() {
    Call call =
        Call.of(Sysno.EVENTFD2, Arg.of(0), Arg.flags((long) NONBLOCK | CLOEXEC, EVENTFD_FLAGS));
    return new Fd(kernel, (int) kernel.must(call), "eventfd");
  }

  /** inotify_init1(2); a read does not wait. */
  public Fd inotify() {
    Call call = Call.of(Sysno.INOTIFY_INIT1, Arg.flags((long) NONBLOCK | CLOEXEC, INOTIFY_FLAGS));
    return new Fd(kernel, (int) kernel.must(call), "inotify");
  }

  /** inotify_add_watch(2). */
  public void watch(Fd inotify, String path, int events) {
    kernel.must(
        Call.of(Sysno.INOTIFY_ADD_WATCH, inotify.arg(), Arg.text(path), Arg.flags(events, WATCH)));
  }
}
