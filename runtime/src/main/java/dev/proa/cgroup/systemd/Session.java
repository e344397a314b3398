package dev.proa.cgroup.systemd;

import dev.proa.cgroup.CgroupException;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Stat;

/**
 * Which systemd makes the caller's units: the machine's for root, else the user's own, who has
 * cgroups below {@code user@UID.service}.
 *
 * @param user whether it is a user's
 * @param uid the caller's uid outside of its user namespace, as systemd sees it
 */
public record Session(boolean user, long uid) {

  /**
   * Refuses a host that systemd did not boot: sd_booted(3).
   *
   * @throws CgroupException where systemd does not run
   */
  static void refuseWithout(Kernel kernel) {
    Stat booted =
        new FileCalls(kernel).stat(Fd.CWD, "/run/systemd/system", FileCalls.AT_SYMLINK_NOFOLLOW);
    if (booted == null || (booted.mode() & FileCalls.S_IFMT) != FileCalls.S_IFDIR) {
      throw new CgroupException(
          "systemd not running on this host, cannot use systemd cgroups manager");
    }
  }

  /** The one for this process. */
  static Session detect(Kernel kernel) {
    return of(
        CredentialCalls.geteuid(kernel), new FileCalls(kernel).readText("/proc/self/uid_map"));
  }

  /**
   * The one for a process with this uid and this uid_map (user_namespaces(7)). Root of a user
   * namespace, as podman makes it for a user, is nobody to the machine's systemd.
   */
  static Session of(int euid, String uidMap) {
    boolean initial = false;
    long outside = euid;
    for (String line : uidMap.split("\n")) {
      String[] fields = line.trim().split(" +");
      if (fields.length == 3) {
        long inside = Long.parseLong(fields[0]);
        long start = Long.parseLong(fields[1]);
        long count = Long.parseLong(fields[2]);
        initial |= inside == 0 && start == 0 && count == 0xffffffffL;
        if (euid >= inside && euid - inside < count) {
          outside = start + euid - inside;
        }
      }
    }
    return new Session(euid != 0 || !initial, outside);
  }
}
