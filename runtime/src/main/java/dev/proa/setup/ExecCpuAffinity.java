package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.SchedulerCalls;

/**
 * {@code process.execCPUAffinity} of a process that joins a container: the processors that it may
 * use before and after it enters the container's cgroup.
 */
public final class ExecCpuAffinity {
  private final byte[] initial;
  private final byte[] last;

  private ExecCpuAffinity(byte[] initial, byte[] last) {
    this.initial = initial;
    this.last = last;
  }

  /**
   * Reads the two lists.
   *
   * @return null where the config has none
   * @throws SetupException for what is no list of processors
   */
  public static ExecCpuAffinity plan(dev.proa.spec.ExecCpuAffinity affinity) {
    if (affinity == null) {
      return null;
    }
    return new ExecCpuAffinity(mask(affinity.initial()), mask(affinity.finalCpus()));
  }

  private static byte[] mask(String list) {
    if (list == null || list.isEmpty()) {
      return null;
    }
    byte[] mask = NumberList.parse(list);
    if (mask.length == 0) {
      throw new SetupException("no processor in \"" + list + "\"");
    }
    return mask;
  }

  /** Before the process {@code pid} enters the cgroup; null for nothing to do. */
  public Call initial(int pid) {
    return initial == null ? null : SchedulerCalls.setaffinity(pid, initial);
  }

  /**
   * After the process {@code pid} entered the cgroup: the list, or without one all that the
   * container has, as {@link CpuAffinity} does it for init.
   */
  public Call last(int pid) {
    return last == null
        ? SchedulerCalls.setaffinityToAll(pid)
        : SchedulerCalls.setaffinity(pid, last);
  }
}
