package dev.proa.seccomp;

import dev.proa.spec.linux.Seccomp;

/** The return values of a filter for the actions of the spec, and their names. */
final class Actions {
  static final int EPERM = 1;
  static final int ENOSYS = 38;

  private Actions() {}

  /**
   * The return value.
   *
   * @param errnoRet the errno, or for SCMP_ACT_TRACE the message; null means EPERM
   * @throws SeccompException if there is one and the action has none: config-linux.md, Seccomp
   */
  static int value(Seccomp.Action action, Integer errnoRet, String field) {
    int data = errnoRet == null ? EPERM : errnoRet & 0xffff;
    int value =
        switch (action) {
          case SCMP_ACT_KILL, SCMP_ACT_KILL_THREAD -> Bpf.KILL_THREAD;
          case SCMP_ACT_KILL_PROCESS -> Bpf.KILL_PROCESS;
          case SCMP_ACT_TRAP -> Bpf.TRAP;
          case SCMP_ACT_ERRNO -> Bpf.ERRNO | data;
          case SCMP_ACT_TRACE -> Bpf.TRACE | data;
          case SCMP_ACT_ALLOW -> Bpf.ALLOW;
          case SCMP_ACT_LOG -> Bpf.LOG;
          case SCMP_ACT_NOTIFY -> Bpf.USER_NOTIF;
        };
    if (errnoRet != null
        && action != Seccomp.Action.SCMP_ACT_ERRNO
        && action != Seccomp.Action.SCMP_ACT_TRACE) {
      throw new SeccompException("seccomp action " + action + " takes no " + field);
    }
    return value;
  }

  /** Its name in the spec with its data, as {@code SCMP_ACT_ERRNO(1)}. */
  static String describe(int value) {
    int data = value & 0xffff;
    return switch (value & Bpf.ACTION_MASK) {
      case Bpf.KILL_THREAD -> "SCMP_ACT_KILL_THREAD";
      case Bpf.KILL_PROCESS -> "SCMP_ACT_KILL_PROCESS";
      case Bpf.TRAP -> "SCMP_ACT_TRAP";
      case Bpf.ERRNO -> "SCMP_ACT_ERRNO(" + data + ")";
      case Bpf.TRACE -> "SCMP_ACT_TRACE(" + data + ")";
      case Bpf.ALLOW -> "SCMP_ACT_ALLOW";
      case Bpf.LOG -> "SCMP_ACT_LOG";
      case Bpf.USER_NOTIF -> "SCMP_ACT_NOTIFY";
      default -> "0x" + Integer.toHexString(value);
    };
  }
}
