package dev.proa.kernel;

/**
 * An error number of errno(3).
 *
 * @param value the number, 1 to 4095
 */
public record Errno(int value) {
  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno ESRCH = new Errno(3);
  public static final Errno EINTR = new Errno(4);
  public static final Errno EIO = new Errno(5);
  public static final Errno ENXIO = new Errno(6);
  public static final Errno E2BIG = new Errno(7);
  public static final Errno ENOEXEC = new Errno(8);
  public static final Errno EBADF = new Errno(9);
  public static final Errno ECHILD = new Errno(10);
  public static final Errno EAGAIN = new Errno(11);
  public static final Errno ENOMEM = new Errno(12);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno EXDEV = new Errno(18);
  public static final Errno ENODEV = new Errno(19);
  public static final Errno ENOTDIR = new Errno(20);
  public static final Errno EISDIR = new Errno(21);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno EMFILE = new Errno(24);
  public static final Errno ENOTTY = new Errno(25);
  public static final Errno ETXTBSY = new Errno(26);
  public static final Errno ENOSPC = new Errno(28);
  public static final Errno EROFS = new Errno(30);
  public static final Errno EPIPE = new Errno(32);
  public static final Errno ERANGE = new Errno(34);
  public static final Errno ENAMETOOLONG = new Errno(36);
  public static final Errno ENOSYS = new Errno(38);
  public static final Errno ENOTEMPTY = new Errno(39);
  public static final Errno ELOOP = new Errno(40);
  public static final Errno EOPNOTSUPP = new Errno(95);
  public static final Errno ECONNRESET = new Errno(104);
  public static final Errno ECONNREFUSED = new Errno(111);
  public static final Errno ETIMEDOUT = new Errno(110);

  /** The errno of that number. */
  public static Errno of(int value) {
    return new Errno(value);
  }

  /** Its name, as {@code ENOENT}. */
  public String symbol() {
    for (jnr.constants.platform.linux.Errno known : jnr.constants.platform.linux.Errno.values()) {
      if (known.intValue() == value) {
        return known.name();
      }
    }
    return "errno " + value;
  }

  /**
   * Its text in the lower-case form that Go's {@code syscall.Errno} prints. Docker, podman and
   * containerd match on these texts.
   */
  @Override
  public String toString() {
    for (jnr.constants.platform.linux.Errno known : jnr.constants.platform.linux.Errno.values()) {
      if (known.intValue() == value) {
        String text = known.toString();
        boolean acronym = text.length() > 1 && Character.isUpperCase(text.charAt(1));
        return acronym ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
      }
    }
    return "errno " + value;
  }
}
