package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.SchedulerCalls;

/**
 * Lets the process run on all processors that its cgroup has: config-linux.md, CPU, {@code cpus}.
 * Else it kept the affinity that the runtime was started with, perhaps by a service manager with
 * one of its own: since Linux 6.2, joining a cpuset no longer sets a new one.
 */
public final class CpuAffinity implements Step {
  private final Call call = SchedulerCalls.setaffinityToAll(0);

  private CpuAffinity() {}

  /** The step. */
  public static CpuAffinity plan() {
    return new CpuAffinity();
  }

  @Override
  public String section() {
    return "linux.resources.cpu.cpus";
  }

  @Override
  public void apply(Inside inside) {
    // Best effort: where it is forbidden (a runtime in a container), the old one is good enough.
    inside.kernel().call(call);
  }
}
