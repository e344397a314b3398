package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import java.nio.charset.StandardCharsets;

/**
 * {@code process.oomScoreAdj}: written by the parent to the child's file, or by a process to its
 * own before it enters a user namespace, because a lower value than the caller's needs
 * CAP_SYS_RESOURCE in the host's user namespace.
 */
public final class OomScoreAdj {
  private final String value;

  private OomScoreAdj(String value) {
    this.value = value;
  }

  /** The value to write, or null where the config leaves it as it is. */
  public static OomScoreAdj plan(Integer oomScoreAdj) {
    return oomScoreAdj == null ? null : new OomScoreAdj(Integer.toString(oomScoreAdj));
  }

  /**
   * Writes it for the process {@code pid}; nothing where it is that already, so that a caller
   * without the capability can ask for what it has.
   *
   * @param proc the root of a procfs that shows the process
   */
  public void applyTo(Kernel kernel, Fd proc, int pid) {
    apply(kernel, proc, Integer.toString(pid));
  }

  /** {@link #applyTo} for the calling process. */
  public void applyToSelf(Kernel kernel, Fd proc) {
    apply(kernel, proc, "self");
  }

  private void apply(Kernel kernel, Fd proc, String process) {
    FileCalls files = new FileCalls(kernel);
    String path = process + "/oom_score_adj";
    String old = new String(files.readFile(proc, path), StandardCharsets.UTF_8);
    if (!old.strip().equals(value)) {
      files.writeFile(proc, path, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
