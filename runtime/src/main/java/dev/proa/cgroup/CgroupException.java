package dev.proa.cgroup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.KernelException;

/** A cgroup cannot be made, limited or left: the config's path where one is to blame, and why. */
public class CgroupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Errno errno;

  /** With the reason, in lower case and without a full stop. */
  public CgroupException(String message) {
    super(message, null, false, false);
    this.errno = null;
  }

  /**
   * A value that the kernel refused.
   *
   * @param section the config path to blame, or null
   * @param path the file
   * @param data what was written, or null where the file could not be opened
   */
  CgroupException(String section, String path, String data, KernelException cause) {
    super(
        (section == null ? "" : section + ": ")
            + (data == null ? "open" : "write")
            + " \""
            + path
            + (data == null ? "\"" : "\" \"" + data + "\"")
            + ": "
            + cause.errno(),
        cause,
        false,
        false);
    this.errno = cause.errno();
  }

  /** A file operation that failed: {@code mkdir "/sys/fs/cgroup/…": permission denied}. */
  CgroupException(String operation, String path, KernelException cause) {
    super(operation + " \"" + path + "\": " + cause.errno(), cause, false, false);
    this.errno = cause.errno();
  }

  /** A limit of a controller that this machine, or the cgroup's parent, does not have. */
  public static CgroupException unavailable(String section, String controller) {
    return new CgroupException(section + ": " + controller + " controller is not available");
  }

  /** Why the kernel refused, or null where it was not asked. */
  public Errno errno() {
    return errno;
  }

  /** Whether the kernel refused with this errno. */
  public boolean is(Errno other) {
    return other.equals(errno);
  }

  /** Whether it is a lack of permission in the wide sense: EPERM, EACCES or EROFS. */
  public boolean isPermission() {
    return is(Errno.EPERM) || is(Errno.EACCES) || is(Errno.EROFS);
  }
}
