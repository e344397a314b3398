package dev.proa.kernel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** seccomp(2): filters of system calls. */
public final class SeccompCalls {
  public static final int TSYNC = 1;
  public static final int LOG = 1 << 1;
  public static final int SPEC_ALLOW = 1 << 2;
  public static final int NEW_LISTENER = 1 << 3;
  public static final int TSYNC_ESRCH = 1 << 4;
  public static final int WAIT_KILLABLE_RECV = 1 << 5;

  /** The flags that a config may name, by their names. */
  public static final Map<String, Integer> FLAG_NAMES =
      new TreeMap<>(
          Map.of(
              "SECCOMP_FILTER_FLAG_TSYNC", TSYNC,
              "SECCOMP_FILTER_FLAG_LOG", LOG,
              "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SPEC_ALLOW,
              "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", WAIT_KILLABLE_RECV));

  static final FlagNames FLAGS =
      new FlagNames("0")
          .with(TSYNC, "SECCOMP_FILTER_FLAG_TSYNC")
          .with(LOG, "SECCOMP_FILTER_FLAG_LOG")
          .with(SPEC_ALLOW, "SECCOMP_FILTER_FLAG_SPEC_ALLOW")
          .with(NEW_LISTENER, "SECCOMP_FILTER_FLAG_NEW_LISTENER")
          .with(TSYNC_ESRCH, "SECCOMP_FILTER_FLAG_TSYNC_ESRCH")
          .with(WAIT_KILLABLE_RECV, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");

  private static final Arg SET_MODE_FILTER = Arg.named(1, "SECCOMP_SET_MODE_FILTER");
  private static final Arg GET_ACTION_AVAIL = Arg.named(2, "SECCOMP_GET_ACTION_AVAIL");
  private static final Arg GET_NOTIF_SIZES = Arg.named(3, "SECCOMP_GET_NOTIF_SIZES");

  private static final int EFAULT = 14;

  /** Bytes of one struct sock_filter. */
  private static final int SOCK_FILTER = 8;

  private final Kernel kernel;

  /** Over that kernel. */
  public SeccompCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * The sizes that this kernel uses with a listener: seccomp_unotify(2).
   *
   * @param notification bytes of struct seccomp_notif
   * @param response bytes of struct seccomp_notif_resp
   * @param data bytes of struct seccomp_data
   */
  public record NotifySizes(int notification, int response, int data) {}

  /**
   * SECCOMP_SET_MODE_FILTER: the caller's thread gets the filter, for good. Needs no_new_privs or
   * CAP_SYS_ADMIN (EACCES). With {@link #NEW_LISTENER} its result is the notify descriptor, which
   * is close-on-exec, else 0.
   *
   * @param program struct sock_filter after struct sock_filter
   */
  public static Call setModeFilter(byte[] program, int flags) {
    byte[] head = new byte[16];
    int length = program.length / SOCK_FILTER;
    Bytes.putShort(head, 0, length);
    Arg.Memory instructions =
        new Arg.Memory(program, false, List.of(), Arg.Printer.of("[" + length + " instructions]"));
    return Call.of(
        Sysno.SECCOMP,
        SET_MODE_FILTER,
        Arg.flags(flags, FLAGS),
        new Arg.Memory(
            head,
            false,
            List.of(new Arg.Reference(8, instructions)),
            Arg.Printer.of("{len=" + length + ", filter=...}")));
  }

  /**
   * SECCOMP_GET_ACTION_AVAIL: whether the kernel knows the action.
   *
   * @param action SECCOMP_RET_*
   */
  public boolean knowsAction(int action) {
    byte[] value = new byte[4];
    Bytes.putInt(value, 0, action);
    return kernel.call(
            Call.of(
                Sysno.SECCOMP,
                GET_ACTION_AVAIL,
                Arg.of(0),
                Arg.struct(value, "[0x" + Integer.toHexString(action) + "]")))
        == 0;
  }

  /**
   * Whether the kernel knows these flags: with a null program it looks at the flags first (EINVAL),
   * then at the program (EFAULT).
   */
  public boolean knowsFlags(int flags) {
    return kernel.call(Call.of(Sysno.SECCOMP, SET_MODE_FILTER, Arg.flags(flags, FLAGS), Arg.NULL))
        == -EFAULT;
  }

  /** SECCOMP_GET_NOTIF_SIZES. */
  public NotifySizes notifySizes() {
    byte[] sizes = new byte[6];
    kernel.must(Call.of(Sysno.SECCOMP, GET_NOTIF_SIZES, Arg.of(0), Arg.out(sizes)));
    return new NotifySizes(
        Bytes.getShort(sizes, 0), Bytes.getShort(sizes, 2), Bytes.getShort(sizes, 4));
  }
}
