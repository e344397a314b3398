package dev.proa.kernel;

/** A seccomp listener: the ioctl(2) requests of seccomp_unotify(2). */
public final class NotifyCalls {
  private static final long RECEIVE = 0xc0502100L; // SECCOMP_IOCTL_NOTIF_RECV
  private static final long SEND = 0xc0182101L; // SECCOMP_IOCTL_NOTIF_SEND
  private static final int CONTINUE = 1; // SECCOMP_USER_NOTIF_FLAG_CONTINUE, Linux 5.5
  private static final int NOTIFICATION = 80;
  private static final int RESPONSE = 24;

  private final Kernel kernel;

  /** Over that kernel. */
  public NotifyCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * A call that waits for an answer.
   *
   * @param id what it is answered by
   * @param pid the thread that makes it, as the listener's pid namespace counts
   * @param number the call's number
   * @param audit AUDIT_ARCH_* by which it is made
   */
  public record Notification(long id, int pid, int number, int audit) {}

  /** The next call, or null where it went away again: a signal has interrupted it. */
  public Notification receive(Fd listener) {
    byte[] bytes = new byte[NOTIFICATION];
    Call call =
        Call.of(
            Sysno.IOCTL,
            listener.arg(),
            Arg.named(RECEIVE, "SECCOMP_IOCTL_NOTIF_RECV"),
            Arg.out(bytes));
    long result = kernel.call(call);
    if (result == -Errno.ENOENT.value() || result == -Errno.EINTR.value()) {
      return null;
    }
    if (result < 0) {
      throw new KernelException(call, Errno.of((int) -result));
    }
    return new Notification(
        Bytes.getLong(bytes, 0),
        Bytes.getInt(bytes, 8),
        Bytes.getInt(bytes, 16),
        Bytes.getInt(bytes, 20));
  }

  /**
   * Lets the call be made.
   *
   * @throws KernelException before Linux 5.5 (EINVAL)
   */
  public void proceed(Fd listener, Notification notification) {
    byte[] response = new byte[RESPONSE];
    Bytes.putLong(response, 0, notification.id());
    Bytes.putInt(response, 20, CONTINUE);
    Call call =
        Call.of(
            Sysno.IOCTL,
            listener.arg(),
            Arg.named(SEND, "SECCOMP_IOCTL_NOTIF_SEND"),
            Arg.struct(response, "{id=" + notification.id() + ", flags=CONTINUE}"));
    long result = kernel.call(call);
    if (result < 0 && result != -Errno.ENOENT.value()) { // ENOENT: it went away meanwhile
      throw new KernelException(call, Errno.of((int) -result));
    }
  }
}
