package dev.proa.setup;

import dev.proa.kernel.SchedulerCalls;

/** {@code process.ioPriority}: class and priority of ioprio_set(2). */
public final class IoPriority {
  private static final int LOWEST = 7;

  private IoPriority() {}

  /**
   * The step, or null where the config leaves the priority as it is.
   *
   * @throws SetupException for a priority outside 0 to 7
   */
  public static Step plan(dev.proa.spec.IoPriority ioPriority) {
    if (ioPriority == null) {
      return null;
    }
    int priority = ioPriority.priority() == null ? 0 : ioPriority.priority();
    if (priority < 0 || priority > LOWEST) {
      throw new SetupException("invalid ioPriority.Priority: " + priority);
    }
    return new CallsStep(
        "process.ioPriority",
        SchedulerCalls.setIoPriority(
            SchedulerCalls.ioClass(ioPriority.ioClass().name()), priority));
  }
}
