package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.MountCalls;
import java.util.Set;

/**
 * What may be mounted on and below {@code /proc}: procfs on it, and a few files that lxcfs makes
 * below it. Anything else could stand in for files that the runtime and the kernel's security
 * modules trust (CVE-2019-16884).
 */
final class ProcGuard {
  private static final Set<String> FILES =
      Set.of(
          "proc/cpuinfo",
          "proc/diskstats",
          "proc/meminfo",
          "proc/stat",
          "proc/swaps",
          "proc/uptime",
          "proc/loadavg",
          "proc/slabinfo",
          "proc/net/dev",
          "proc/sys/kernel/ns_last_pid",
          "proc/sys/crypto/fips_enabled");

  private ProcGuard() {}

  /**
   * Refuses a destination by its name, before anything is done.
   *
   * @param procfs whether what will be mounted is a procfs, or may turn out to be one
   */
  static void checkName(String destination, boolean procfs) {
    String path = Rootfs.clean(destination);
    if (path.equals("proc")) {
      if (!procfs) {
        throw new SetupException(
            '"' + destination + "\" cannot be mounted because it is not of type proc");
      }
    } else if (path.startsWith("proc/") && !FILES.contains(path)) {
      throw insideProc(destination);
    }
  }

  /** Refuses a target that a link of the image led into a procfs. */
  static void checkTarget(MountCalls mounts, Fd target, String destination, boolean procfs) {
    if (mounts.statfs(target).type() == MountCalls.PROC_SUPER_MAGIC) {
      String path = Rootfs.clean(destination);
      if (!FILES.contains(path) && !(procfs && path.equals("proc"))) {
        throw insideProc(destination);
      }
    }
  }

  /** Refuses to bind something on {@code /proc} that is no procfs. */
  static void checkSource(MountCalls mounts, FileCalls files, Fd tree, String destination) {
    if (Rootfs.clean(destination).equals("proc")
        && (mounts.statfs(tree).type() != MountCalls.PROC_SUPER_MAGIC
            || files.stat(tree).ino() != 1)) {
      throw new SetupException(
          '"' + destination + "\" cannot be mounted because it is not of type proc");
    }
  }

  private static SetupException insideProc(String destination) {
    return new SetupException(
        '"' + destination + "\" cannot be mounted because it is inside /proc");
  }
}
