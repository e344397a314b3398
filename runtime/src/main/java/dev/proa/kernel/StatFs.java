package dev.proa.kernel;

/**
 * What statfs(2) tells of a mount: {@code struct statfs} of the 64-bit architectures.
 *
 * @param type the file system's magic number
 * @param flags the mount's ST_ flags
 */
public record StatFs(long type, long flags) {
  public static final long ST_RDONLY = 0x1;
  public static final long ST_NOSUID = 0x2;
  public static final long ST_NODEV = 0x4;
  public static final long ST_NOEXEC = 0x8;
  public static final long ST_NOATIME = 0x400;
  public static final long ST_NODIRATIME = 0x800;
  public static final long ST_RELATIME = 0x1000;
  public static final long ST_NOSYMFOLLOW = 0x2000;

  static final int SIZE = 120;

  static StatFs of(byte[] bytes) {
    return new StatFs(Bytes.getLong(bytes, 0), Bytes.getLong(bytes, 80));
  }
}
