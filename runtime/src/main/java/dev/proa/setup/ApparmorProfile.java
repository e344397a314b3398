package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;

/** {@code process.apparmorProfile}: the profile that the next execve(2) changes to. */
public final class ApparmorProfile implements Step {
  private final String text;

  private ApparmorProfile(String text) {
    this.text = text;
  }

  /**
   * The step, or null where the config names no profile.
   *
   * @param enabled whether the kernel has AppArmor: {@link #isEnabled}
   * @throws SetupException where it has not
   */
  public static ApparmorProfile plan(String profile, boolean enabled) {
    if (profile == null || profile.isEmpty()) {
      return null;
    }
    if (!enabled) {
      throw new SetupException("apparmor: config provided but apparmor not supported");
    }
    return new ApparmorProfile("exec " + profile);
  }

  /** Whether the running kernel has AppArmor, and on. */
  public static boolean isEnabled(Kernel kernel) {
    FileCalls files = new FileCalls(kernel);
    try (Fd fd =
        files.openIfPresent(
            Fd.CWD, "/sys/module/apparmor/parameters/enabled", FileCalls.O_RDONLY)) {
      byte[] first = new byte[8];
      return fd != null && files.read(fd, first) > 0 && first[0] == 'Y';
    }
  }

  @Override
  public String section() {
    return "process.apparmorProfile";
  }

  @Override
  public void apply(Inside inside) {
    // Linux 5.8 has a file for AppArmor alone, beside the one that the security modules share.
    LabelFile.write(inside, "self/attr/apparmor/exec", "self/attr/exec", text);
  }
}
