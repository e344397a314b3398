package dev.proa.kernel;

/**
 * Mounts: fsopen(2), fsconfig(2), fsmount(2), open_tree(2), mount_setattr(2), move_mount(2), and
 * mount(2), umount2(2) and pivot_root(2).
 *
 * <p>The calls on descriptors are those of Linux 5.2, {@code mount_setattr} of 5.12; on an older
 * kernel they fail with ENOSYS.
 */
public final class MountCalls {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_SYNCHRONOUS = 16;
  public static final long MS_REMOUNT = 32;
  public static final long MS_MANDLOCK = 64;
  public static final long MS_DIRSYNC = 128;
  public static final long MS_NOSYMFOLLOW = 256;
  public static final long MS_NOATIME = 1024;
  public static final long MS_NODIRATIME = 2048;
  public static final long MS_BIND = 4096;
  public static final long MS_MOVE = 8192;
  public static final long MS_REC = 16384;
  public static final long MS_SILENT = 32768;
  public static final long MS_UNBINDABLE = 1 << 17;
  public static final long MS_PRIVATE = 1 << 18;
  public static final long MS_SLAVE = 1 << 19;
  public static final long MS_SHARED = 1 << 20;
  public static final long MS_RELATIME = 1 << 21;
  public static final long MS_I_VERSION = 1 << 23;
  public static final long MS_STRICTATIME = 1 << 24;
  public static final long MS_LAZYTIME = 1 << 25;

  public static final long MOUNT_ATTR_RDONLY = 0x1;
  public static final long MOUNT_ATTR_NOSUID = 0x2;
  public static final long MOUNT_ATTR_NODEV = 0x4;
  public static final long MOUNT_ATTR_NOEXEC = 0x8;
  public static final long MOUNT_ATTR__ATIME = 0x70;
  public static final long MOUNT_ATTR_RELATIME = 0;
  public static final long MOUNT_ATTR_NOATIME = 0x10;
  public static final long MOUNT_ATTR_STRICTATIME = 0x20;
  public static final long MOUNT_ATTR_NODIRATIME = 0x80;
  public static final long MOUNT_ATTR_IDMAP = 0x100000;
  public static final long MOUNT_ATTR_NOSYMFOLLOW = 0x200000;

  public static final int MNT_DETACH = 2;
  public static final int UMOUNT_NOFOLLOW = 8;

  public static final int AT_EMPTY_PATH = 0x1000;
  public static final int AT_RECURSIVE = 0x8000;

  /** The {@code f_type} of statfs(2) for procfs. */
  public static final long PROC_SUPER_MAGIC = 0x9fa0;

  /** The {@code f_type} of statfs(2) for the unified cgroup hierarchy. */
  public static final long CGROUP2_SUPER_MAGIC = 0x63677270;

  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int FSCONFIG_SET_FLAG = 0;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x4;
  private static final int MOVE_MOUNT_EMPTY_PATHS = MOVE_MOUNT_F_EMPTY_PATH | 0x40;

  private static final FlagNames MS_FLAGS =
      new FlagNames("0")
          .with(MS_RDONLY, "MS_RDONLY")
          .with(MS_NOSUID, "MS_NOSUID")
          .with(MS_NODEV, "MS_NODEV")
          .with(MS_NOEXEC, "MS_NOEXEC")
          .with(MS_SYNCHRONOUS, "MS_SYNCHRONOUS")
          .with(MS_REMOUNT, "MS_REMOUNT")
          .with(MS_MANDLOCK, "MS_MANDLOCK")
          .with(MS_DIRSYNC, "MS_DIRSYNC")
          .with(MS_NOSYMFOLLOW, "MS_NOSYMFOLLOW")
          .with(MS_NOATIME, "MS_NOATIME")
          .with(MS_NODIRATIME, "MS_NODIRATIME")
          .with(MS_BIND, "MS_BIND")
          .with(MS_MOVE, "MS_MOVE")
          .with(MS_REC, "MS_REC")
          .with(MS_SILENT, "MS_SILENT")
          .with(MS_UNBINDABLE, "MS_UNBINDABLE")
          .with(MS_PRIVATE, "MS_PRIVATE")
          .with(MS_SLAVE, "MS_SLAVE")
          .with(MS_SHARED, "MS_SHARED")
          .with(MS_RELATIME, "MS_RELATIME")
          .with(MS_I_VERSION, "MS_I_VERSION")
          .with(MS_STRICTATIME, "MS_STRICTATIME")
          .with(MS_LAZYTIME, "MS_LAZYTIME");
  private static final FlagNames ATTRIBUTES =
      new FlagNames("0")
          .with(MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY")
          .with(MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID")
          .with(MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV")
          .with(MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC")
          .with(MOUNT_ATTR__ATIME, "MOUNT_ATTR__ATIME")
          .with(MOUNT_ATTR_NOATIME, "MOUNT_ATTR_NOATIME")
          .with(MOUNT_ATTR_STRICTATIME, "MOUNT_ATTR_STRICTATIME")
          .with(MOUNT_ATTR_NODIRATIME, "MOUNT_ATTR_NODIRATIME")
          .with(MOUNT_ATTR_IDMAP, "MOUNT_ATTR_IDMAP")
          .with(MOUNT_ATTR_NOSYMFOLLOW, "MOUNT_ATTR_NOSYMFOLLOW");
  private static final FlagNames TREE_FLAGS =
      new FlagNames("0")
          .with(OPEN_TREE_CLONE, "OPEN_TREE_CLONE")
          .with(FileCalls.O_CLOEXEC, "OPEN_TREE_CLOEXEC")
          .with(FileCalls.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW")
          .with(AT_EMPTY_PATH, "AT_EMPTY_PATH")
          .with(AT_RECURSIVE, "AT_RECURSIVE");
  private static final FlagNames UMOUNT_FLAGS =
      new FlagNames("0").with(MNT_DETACH, "MNT_DETACH").with(UMOUNT_NOFOLLOW, "UMOUNT_NOFOLLOW");
  private static final Arg.Printer ATTRIBUTES_PRINTER = MountCalls::print;
  private static final Arg EMPTY = Arg.text("");
  private static final Arg ZERO = Arg.of(0);

  private final Kernel kernel;

  /** Over that kernel. */
  public MountCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /** mount(2); null for an argument that the kernel shall not see. */
  public void mount(String source, String target, String type, long flags, String data) {
    kernel.must(
        Call.of(
            Sysno.MOUNT,
            Arg.textOrNull(source),
            Arg.textOrNull(target),
            Arg.textOrNull(type),
            Arg.flags(flags, MS_FLAGS),
            Arg.textOrNull(data)));
  }

  /** umount2(2). */
  public void umount(String target, int flags) {
    kernel.must(Call.of(Sysno.UMOUNT2, Arg.text(target), Arg.flags(flags, UMOUNT_FLAGS)));
  }

  /** pivot_root(2). */
  public void pivotRoot(String newRoot, String putOld) {
    kernel.must(Call.of(Sysno.PIVOT_ROOT, Arg.text(newRoot), Arg.text(putOld)));
  }

  /** fsopen(2): the configuration of a new file system of that type. */
  public Fd fsopen(String type) {
    Call call = Call.of(Sysno.FSOPEN, Arg.text(type), Arg.named(FSOPEN_CLOEXEC, "FSOPEN_CLOEXEC"));
    return new Fd(kernel, (int) kernel.must(call), type);
  }

  /** fsconfig(2), FSCONFIG_SET_FLAG. */
  public void fsconfigFlag(Fd context, String key) {
    fsconfig(context, FSCONFIG_SET_FLAG, "FSCONFIG_SET_FLAG", Arg.text(key), Arg.NULL);
  }

  /** fsconfig(2), FSCONFIG_SET_STRING; key and value have at most 255 bytes each. */
  public void fsconfigString(Fd context, String key, String value) {
    fsconfig(context, FSCONFIG_SET_STRING, "FSCONFIG_SET_STRING", Arg.text(key), Arg.text(value));
  }

  /** fsconfig(2), FSCONFIG_CMD_CREATE: makes the superblock. */
  public void fsconfigCreate(Fd context) {
    fsconfig(context, FSCONFIG_CMD_CREATE, "FSCONFIG_CMD_CREATE", Arg.NULL, Arg.NULL);
  }

  private void fsconfig(Fd context, int command, String name, Arg key, Arg value) {
    kernel.must(Call.of(Sysno.FSCONFIG, context.arg(), Arg.named(command, name), key, value, ZERO));
  }

  /** fsmount(2): a detached mount with these MOUNT_ATTR_ flags. */
  public Fd fsmount(Fd context, long attributes) {
    Call call =
        Call.of(
            Sysno.FSMOUNT,
            context.arg(),
            Arg.named(FSMOUNT_CLOEXEC, "FSMOUNT_CLOEXEC"),
            Arg.flags(attributes, ATTRIBUTES));
    return new Fd(kernel, (int) kernel.must(call), context.name());
  }

  /**
   * open_tree(2) with OPEN_TREE_CLONE: a detached copy of the mount at that path, of everything
   * mounted below it too where {@code recursive}.
   *
   * @param path relative to {@code directory}; empty for the directory itself
   */
  public Fd cloneTree(Fd directory, String path, boolean recursive, boolean followLast) {
    long flags =
        OPEN_TREE_CLONE
            | FileCalls.O_CLOEXEC
            | (path.isEmpty() ? AT_EMPTY_PATH : 0)
            | (recursive ? AT_RECURSIVE : 0)
            | (followLast ? 0 : FileCalls.AT_SYMLINK_NOFOLLOW);
    Call call =
        Call.of(Sysno.OPEN_TREE, directory.arg(), Arg.text(path), Arg.flags(flags, TREE_FLAGS));
    String name = path.isEmpty() ? directory.name() : path;
    return new Fd(kernel, (int) kernel.must(call), name);
  }

  /** move_mount(2): attaches a detached mount, or moves one, to what {@code target} is open on. */
  public void moveMount(Fd mount, Fd target) {
    kernel.must(
        Call.of(
            Sysno.MOVE_MOUNT,
            mount.arg(),
            EMPTY,
            target.arg(),
            EMPTY,
            Arg.named(MOVE_MOUNT_EMPTY_PATHS, "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH")));
  }

  /**
   * {@link #moveMount(Fd, Fd)} to an entry of a directory.
   *
   * @param name where in {@code directory}; a symbolic link is not followed
   */
  public void moveMount(Fd mount, Fd directory, String name) {
    kernel.must(
        Call.of(
            Sysno.MOVE_MOUNT,
            mount.arg(),
            EMPTY,
            directory.arg(),
            Arg.text(name),
            Arg.named(MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH")));
  }

  /**
   * mount_setattr(2) on the mount that {@code mount} is open on the root of.
   *
   * @param recursive whether all mounts below change too
   * @param set MOUNT_ATTR_ flags to set
   * @param clear MOUNT_ATTR_ flags to clear
   * @param propagation MS_PRIVATE, MS_SHARED, MS_SLAVE, MS_UNBINDABLE or 0
   * @param userNamespace for MOUNT_ATTR_IDMAP, or null
   */
  public void setAttributes(
      Fd mount, boolean recursive, long set, long clear, long propagation, Fd userNamespace) {
    byte[] attributes =
        new byte[32]; // struct mount_attr: attr_set, attr_clr, propagation, userns_fd
    Bytes.putLong(attributes, 0, set);
    Bytes.putLong(attributes, 8, clear);
    Bytes.putLong(attributes, 16, propagation);
    Bytes.putLong(attributes, 24, userNamespace == null ? 0 : userNamespace.number());
    kernel.must(
        Call.of(
            Sysno.MOUNT_SETATTR,
            mount.arg(),
            EMPTY,
            Arg.flags(AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), TREE_FLAGS),
            Arg.struct(attributes, ATTRIBUTES_PRINTER),
            Arg.of(attributes.length)));
  }

  private static String print(byte[] attributes) {
    StringBuilder text = new StringBuilder(96).append('{');
    text.append("attr_set=").append(ATTRIBUTES.describe(Bytes.getLong(attributes, 0)));
    text.append(", attr_clr=").append(ATTRIBUTES.describe(Bytes.getLong(attributes, 8)));
    text.append(", propagation=").append(MS_FLAGS.describe(Bytes.getLong(attributes, 16)));
    return text.append(", userns_fd=").append(Bytes.getLong(attributes, 24)).append('}').toString();
  }

  /** fstatfs(2). */
  public StatFs statfs(Fd fd) {
    byte[] buffer = new byte[StatFs.SIZE];
    kernel.must(Call.of(Sysno.FSTATFS, fd.arg(), Arg.out(buffer)));
    return StatFs.of(buffer);
  }
}
