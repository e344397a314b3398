package dev.proa.cgroup;

/**
 * What a caller without privileges is forgiven, and what one who comes after systemd.
 *
 * @param missing whether a hierarchy in which no cgroup can be made is done without
 * @param devices whether the device rules are left alone
 * @param occupied whether the cgroup may be there already, with processes: systemd made it around
 *     the container's first one
 */
public record Tolerance(boolean missing, boolean devices, boolean occupied) {
  /** What root gets. */
  public static final Tolerance NONE = new Tolerance(false, false, false);

  /**
   * What this caller is forgiven, as by runc.
   *
   * @param rootless whether it is not root on the machine
   * @param inUserNamespace whether it is root of a user namespace only: nobody there can make a
   *     device node that works, and nobody may set device rules
   * @param path where the config wants the cgroup; who names a place gets it or an error
   */
  public static Tolerance of(boolean rootless, boolean inUserNamespace, CgroupsPath path) {
    return new Tolerance(
        (rootless || inUserNamespace) && !path.given(), rootless || inUserNamespace, false);
  }
}
