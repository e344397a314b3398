package dev.proa.cgroup;

import java.util.Locale;

/** Who makes a container's cgroups: crun's {@code --cgroup-manager}. */
public enum CgroupDriver {
  /** proa, by mkdir(2) in cgroupfs. */
  CGROUPFS,
  /** systemd, asked over D-Bus. */
  SYSTEMD,
  /** Nobody: the container stays in its caller's, without limits of its own. */
  DISABLED;

  private final String text = name().toLowerCase(Locale.ROOT);

  /**
   * The driver of that name.
   *
   * @return null if there is none
   */
  public static CgroupDriver of(String text) {
    for (CgroupDriver driver : values()) {
      if (driver.text.equals(text)) {
        return driver;
      }
    }
    return null;
  }

  /** Its name on the command line and in the state. */
  @Override
  public String toString() {
    return text;
  }
}
