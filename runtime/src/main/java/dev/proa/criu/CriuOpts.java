package dev.proa.criu;

import dev.proa.kernel.Fd;

/** {@code criu_opts} of rpc.proto, each by its name there; what is not set is CRIU's default. */
public final class CriuOpts {
  private static final int IMAGES_DIR_FD = 1;
  private static final int PID = 2;
  private static final int LEAVE_RUNNING = 3;
  private static final int EXT_UNIX_SK = 4;
  private static final int TCP_ESTABLISHED = 5;
  private static final int EVASIVE_DEVICES = 6;
  private static final int SHELL_JOB = 7;
  private static final int FILE_LOCKS = 8;
  private static final int LOG_LEVEL = 9;
  private static final int LOG_FILE = 10;
  private static final int PS = 11;
  private static final int NOTIFY_SCRIPTS = 12;
  private static final int ROOT = 13;
  private static final int PARENT_IMG = 14;
  private static final int TRACK_MEM = 15;
  private static final int AUTO_DEDUP = 16;
  private static final int WORK_DIR_FD = 17;
  private static final int LINK_REMAP = 18;
  private static final int EXT_MNT = 23;
  private static final int MANAGE_CGROUPS = 24;
  private static final int CG_ROOT = 25;
  private static final int RST_SIBLING = 26;
  private static final int INHERIT_FD = 27;
  private static final int MANAGE_CGROUPS_MODE = 34;
  private static final int EXTERNAL = 37;
  private static final int EMPTY_NS = 38;
  private static final int JOIN_NS = 39;
  private static final int FREEZE_CGROUP = 44;
  private static final int TCP_SKIP_IN_FLIGHT = 46;
  private static final int LAZY_PAGES = 48;
  private static final int STATUS_FD = 49;
  private static final int ORPHAN_PTS_MASTER = 50;
  private static final int CONFIG_FILE = 51;
  private static final int TCP_CLOSE = 52;
  private static final int LSM_PROFILE = 53;
  private static final int LSM_MOUNT_CONTEXT = 63;
  private static final int NETWORK_LOCK = 64;

  private static final int DEBUG = 4;

  private final Wire.Writer message = new Wire.Writer();

  /**
   * With what every request has.
   *
   * @param images the folder of the image files, open in this process
   * @param logFile the log's name in the work folder, or in {@code images}
   */
  public CriuOpts(Fd images, String logFile) {
    message
        .number(IMAGES_DIR_FD, images.number())
        .number(LOG_LEVEL, DEBUG)
        .text(LOG_FILE, logFile)
        .flag(MANAGE_CGROUPS, true)
        .flag(NOTIFY_SCRIPTS, true)
        .flag(ORPHAN_PTS_MASTER, true);
  }

  /** What dump and restore both take from the command line. */
  public CriuOpts common(CommonOptions options) {
    message
        .flag(EXT_UNIX_SK, options.extUnixSk())
        .flag(TCP_ESTABLISHED, options.tcpEstablished())
        .flag(SHELL_JOB, options.shellJob())
        .flag(FILE_LOCKS, options.fileLocks())
        .flag(AUTO_DEDUP, options.autoDedup())
        .flag(LAZY_PAGES, options.lazyPages())
        .number(EMPTY_NS, options.emptyNs());
    if (options.manageCgroupsMode() >= 0) {
      message.number(MANAGE_CGROUPS_MODE, options.manageCgroupsMode());
    }
    if (options.networkLock() >= 0) {
      message.number(NETWORK_LOCK, options.networkLock());
    }
    return this;
  }

  public CriuOpts workDir(Fd folder) {
    message.number(WORK_DIR_FD, folder.number());
    return this;
  }

  public CriuOpts root(String path) {
    message.text(ROOT, path);
    return this;
  }

  public CriuOpts pid(int pid) {
    message.number(PID, pid);
    return this;
  }

  public CriuOpts leaveRunning(boolean leave) {
    message.flag(LEAVE_RUNNING, leave);
    return this;
  }

  public CriuOpts linkRemap(boolean remap) {
    message.flag(LINK_REMAP, remap);
    return this;
  }

  public CriuOpts tcpSkipInFlight(boolean skip) {
    message.flag(TCP_SKIP_IN_FLIGHT, skip);
    return this;
  }

  public CriuOpts tcpClose(boolean close) {
    message.flag(TCP_CLOSE, close);
    return this;
  }

  /** Devices may be reached by another path than at the time of the dump. */
  public CriuOpts evasiveDevices() {
    message.flag(EVASIVE_DEVICES, true);
    return this;
  }

  /** The restored init becomes a child of whoever has started CRIU. */
  public CriuOpts rstSibling() {
    message.flag(RST_SIBLING, true);
    return this;
  }

  /** Only the pages that changed since the image in that folder, relative to the images. */
  public CriuOpts parentImg(String folder) {
    message.text(PARENT_IMG, folder).flag(TRACK_MEM, true);
    return this;
  }

  public CriuOpts pageServer(String address, int port) {
    message.message(PS, new Wire.Writer().text(1, address).number(2, port));
    return this;
  }

  public CriuOpts statusFd(int fd) {
    message.number(STATUS_FD, fd);
    return this;
  }

  public CriuOpts freezeCgroup(String path) {
    message.text(FREEZE_CGROUP, path);
    return this;
  }

  public CriuOpts configFile(String path) {
    message.text(CONFIG_FILE, path);
    return this;
  }

  public CriuOpts lsmProfile(String profile) {
    message.text(LSM_PROFILE, profile);
    return this;
  }

  public CriuOpts lsmMountContext(String context) {
    message.text(LSM_MOUNT_CONTEXT, context);
    return this;
  }

  /**
   * A mount that is not dumped but bound again.
   *
   * @param key when dumping its place in the container, when restoring what it was called then
   * @param value when dumping what it is called, when restoring what is bound there
   */
  public CriuOpts extMnt(String key, String value) {
    message.message(EXT_MNT, new Wire.Writer().text(1, key).text(2, value));
    return this;
  }

  /** Something that is not dumped, in CRIU's own notation. */
  public CriuOpts external(String what) {
    message.text(EXTERNAL, what);
    return this;
  }

  /** A descriptor of CRIU's process that takes the place of what was called {@code key}. */
  public CriuOpts inheritFd(String key, int fd) {
    message.message(INHERIT_FD, new Wire.Writer().text(1, key).number(2, fd));
    return this;
  }

  public CriuOpts joinNs(String kind, String file) {
    message.message(JOIN_NS, new Wire.Writer().text(1, kind).text(2, file));
    return this;
  }

  /** Where a controller's cgroups are restored; no controller for cgroup2. */
  public CriuOpts cgRoot(String controller, String path) {
    message.message(CG_ROOT, new Wire.Writer().text(1, controller).text(2, path));
    return this;
  }

  Wire.Writer message() {
    return message;
  }

  /**
   * Flags that checkpoint and restore share.
   *
   * @param tcpEstablished keep established TCP connections
   * @param extUnixSk allow unix sockets to processes outside
   * @param shellJob the container's terminal is the caller's
   * @param fileLocks keep file locks
   * @param autoDedup drop pages of parent images that a newer one has
   * @param lazyPages leave pages to a page server
   * @param emptyNs CLONE_NEW* flags of namespaces whose content is left out
   * @param manageCgroupsMode a {@code criu_cg_mode}, or -1
   * @param networkLock a {@code criu_network_lock_method}, or -1
   */
  public record CommonOptions(
      boolean tcpEstablished,
      boolean extUnixSk,
      boolean shellJob,
      boolean fileLocks,
      boolean autoDedup,
      boolean lazyPages,
      long emptyNs,
      int manageCgroupsMode,
      int networkLock) {}
}
