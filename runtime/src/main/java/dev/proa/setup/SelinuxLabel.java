package dev.proa.setup;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.Sysno;

/** {@code process.selinuxLabel}: the context that the next execve(2) changes to. */
public final class SelinuxLabel implements Step {
  private static final int SELINUX_MAGIC = 0xf97cff8c;
  private static final int STATFS_SIZE = 120;

  private final String label;

  private SelinuxLabel(String label) {
    this.label = label;
  }

  /**
   * The step, or null where the config names no label.
   *
   * @param enabled whether the kernel has SELinux: {@link #isEnabled}
   * @throws SetupException where it has not
   */
  public static SelinuxLabel plan(String label, boolean enabled) {
    if (label == null || label.isEmpty()) {
      return null;
    }
    if (!enabled) {
      throw new SetupException(
          "selinux label is specified in config, but selinux is disabled or not supported");
    }
    return new SelinuxLabel(label);
  }

  /** Whether the running kernel has SELinux: whether selinuxfs is where it belongs. */
  public static boolean isEnabled(Kernel kernel) {
    byte[] statfs = new byte[STATFS_SIZE];
    Call call = Call.of(Sysno.STATFS, Arg.text("/sys/fs/selinux"), Arg.out(statfs));
    return kernel.call(call) == 0 && Bytes.getInt(statfs, 0) == SELINUX_MAGIC;
  }

  @Override
  public String section() {
    return "process.selinuxLabel";
  }

  @Override
  public void apply(Inside inside) {
    inside.procfs().writeProcessFile("self/attr/exec", label);
  }
}
