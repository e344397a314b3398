package dev.proa.spec;

/**
 * CPU lists such as {@code 0-3,7} for a process that joins the container: config.md, Linux Process.
 *
 * @param initial while the runtime sets the process up; before it enters the cgroup
 * @param finalCpus from then on
 */
public record ExecCpuAffinity(String initial, String finalCpus) {

  /** Reads the object. */
  public static ExecCpuAffinity read(Json json) {
    return new ExecCpuAffinity(json.textOrNull("initial"), json.textOrNull("final"));
  }
}
