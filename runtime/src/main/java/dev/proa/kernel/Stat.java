package dev.proa.kernel;

/** What stat(2) tells of a file: {@code struct stat} of x86-64 or aarch64. */
public final class Stat {
  static final int SIZE = 144;
  private static final boolean AARCH64 = "aarch64".equals(System.getProperty("os.arch"));

  private final byte[] bytes;

  Stat(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The device that holds the file. */
  public long dev() {
    return Bytes.getLong(bytes, 0);
  }

  /** The inode's number. */
  public long ino() {
    return Bytes.getLong(bytes, 8);
  }

  /** Type and permission bits. */
  public int mode() {
    return Bytes.getInt(bytes, AARCH64 ? 16 : 24);
  }

  /** The owner's uid, as this user namespace sees it. */
  public int uid() {
    return Bytes.getInt(bytes, AARCH64 ? 24 : 28);
  }

  /** The owner's gid, as this user namespace sees it. */
  public int gid() {
    return Bytes.getInt(bytes, AARCH64 ? 28 : 32);
  }

  /** The device that this file is, where it is a device node. */
  public long rdev() {
    return Bytes.getLong(bytes, AARCH64 ? 32 : 40);
  }

  /** The size in bytes. */
  public long size() {
    return Bytes.getLong(bytes, 48);
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return (mode() & FileCalls.S_IFMT) == FileCalls.S_IFDIR;
  }

  /** Whether it is a regular file. */
  public boolean isRegular() {
    return (mode() & FileCalls.S_IFMT) == FileCalls.S_IFREG;
  }

  /** Whether it is a symbolic link. */
  public boolean isSymlink() {
    return (mode() & FileCalls.S_IFMT) == FileCalls.S_IFLNK;
  }

  /** Major number of {@link #rdev()}, as makedev(3) packs it. */
  public static int major(long device) {
    return (int) ((device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL));
  }

  /** Minor number of {@link #rdev()}. */
  public static int minor(long device) {
    return (int) ((device & 0xff) | (device >>> 12 & ~0xffL));
  }

  /** The device number of these two, as makedev(3) packs it. */
  public static long makedev(long major, long minor) {
    return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
  }
}
