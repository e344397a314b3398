package dev.proa.kernel;

/**
 * Where paths lead and what they name: openat2(2), symlinkat(2), mknodat(2), fchmodat(2),
 * fchownat(2) and chroot(2).
 */
public final class PathCalls {
  /** The path may not leave the directory, not even by a symbolic link (Linux 5.6). */
  public static final int RESOLVE_BENEATH = 0x8;

  /** The directory is the path's root: {@code /} and {@code ..} stay in it (Linux 5.6). */
  public static final int RESOLVE_IN_ROOT = 0x10;

  public static final int RESOLVE_NO_XDEV = 0x1;
  public static final int RESOLVE_NO_MAGICLINKS = 0x2;
  public static final int RESOLVE_NO_SYMLINKS = 0x4;

  private static final FlagNames RESOLVE =
      new FlagNames("0")
          .with(RESOLVE_NO_XDEV, "RESOLVE_NO_XDEV")
          .with(RESOLVE_NO_MAGICLINKS, "RESOLVE_NO_MAGICLINKS")
          .with(RESOLVE_NO_SYMLINKS, "RESOLVE_NO_SYMLINKS")
          .with(RESOLVE_BENEATH, "RESOLVE_BENEATH")
          .with(RESOLVE_IN_ROOT, "RESOLVE_IN_ROOT");
  private static final int HOW = 24;
  private static final Arg.Printer HOW_PRINTER = PathCalls::printHow;

  private final Kernel kernel;

  /** Over that kernel. */
  public PathCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * openat2(2) with O_CLOEXEC, as a call to make: {@link #opened} makes a descriptor of its result.
   *
   * @param resolve RESOLVE_ flags
   */
  public static Call openat2(Fd directory, String path, int flags, int mode, int resolve) {
    byte[] how = new byte[HOW]; // struct open_how: flags, mode, resolve
    int all = flags | FileCalls.O_CLOEXEC;
    Bytes.putLong(how, 0, all);
    Bytes.putLong(how, 8, mode);
    Bytes.putLong(how, 16, resolve);
    return Call.of(
        Sysno.OPENAT2, directory.arg(), Arg.text(path), Arg.struct(how, HOW_PRINTER), Arg.of(HOW));
  }

  private static String printHow(byte[] how) {
    StringBuilder text = new StringBuilder(96);
    text.append("{flags=").append(FileCalls.OPEN_FLAGS.describe(Bytes.getLong(how, 0)));
    long mode = Bytes.getLong(how, 8);
    if (mode != 0) {
      text.append(", mode=0").append(Long.toOctalString(mode));
    }
    return text.append(", resolve=")
        .append(RESOLVE.describe(Bytes.getLong(how, 16)))
        .append('}')
        .toString();
  }

  /** openat2(2). */
  public Fd open(Fd directory, String path, int flags, int mode, int resolve) {
    return opened(kernel.must(openat2(directory, path, flags, mode, resolve)), path);
  }

  /** openat(2) that must make the file: O_CREAT, O_EXCL and O_CLOEXEC are added. */
  public static Call create(Fd directory, String name, int flags, int mode) {
    int all = flags | FileCalls.O_CREAT | FileCalls.O_EXCL | FileCalls.O_CLOEXEC;
    return Call.of(
        Sysno.OPENAT,
        directory.arg(),
        Arg.text(name),
        Arg.flags(all, FileCalls.OPEN_FLAGS),
        Arg.mode(mode));
  }

  /** The descriptor that a call of {@link #openat2} or {@link #create} returned. */
  public Fd opened(long number, String path) {
    return new Fd(kernel, (int) number, path);
  }

  /** symlinkat(2). */
  public void symlink(String target, Fd directory, String path) {
    kernel.must(Call.of(Sysno.SYMLINKAT, Arg.text(target), directory.arg(), Arg.text(path)));
  }

  /**
   * mknodat(2).
   *
   * @param mode type and permissions
   * @param device as {@link Stat#makedev} packs it
   */
  public void mknod(Fd directory, String path, int mode, long device) {
    kernel.must(
        Call.of(
            Sysno.MKNODAT,
            directory.arg(),
            Arg.text(path),
            Arg.mode(mode),
            new Arg.Value(
                // The call takes the kernel's 32-bit form, which makedev(3)'s low half is.
                device & 0xffffffffL,
                "makedev(" + Stat.major(device) + ", " + Stat.minor(device) + ")")));
  }

  /** fchmodat(2): follows a last symbolic link. */
  public void chmod(Fd directory, String path, int mode) {
    kernel.must(Call.of(Sysno.FCHMODAT, directory.arg(), Arg.text(path), Arg.mode(mode)));
  }

  /** fchownat(2) with these AT_ flags; an id of -1 stays as it is. */
  public void chown(Fd directory, String path, int uid, int gid, int flags) {
    kernel.must(
        Call.of(
            Sysno.FCHOWNAT,
            directory.arg(),
            Arg.text(path),
            Arg.of(uid),
            Arg.of(gid),
            Arg.flags(flags, FileCalls.AT_FLAGS)));
  }

  /** chroot(2). */
  public void chroot(String path) {
    kernel.must(Call.of(Sysno.CHROOT, Arg.text(path)));
  }
}
