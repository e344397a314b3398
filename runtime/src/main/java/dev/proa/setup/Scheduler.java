package dev.proa.setup;

import dev.proa.kernel.SchedulerCalls;
import dev.proa.spec.Scheduler.Policy;

/** {@code process.scheduler}: policy and parameters of sched_setattr(2). */
public final class Scheduler {
  private static final int NICE_MIN = -20;
  private static final int NICE_MAX = 19;

  private Scheduler() {}

  /**
   * The step, or null where the config leaves the scheduler as it is.
   *
   * @throws SetupException for a parameter that the policy does not have
   */
  public static Step plan(dev.proa.spec.Scheduler scheduler) {
    if (scheduler == null) {
      return null;
    }
    Policy policy = scheduler.policy();
    int nice = scheduler.nice() == null ? 0 : scheduler.nice();
    int priority = scheduler.priority() == null ? 0 : scheduler.priority();
    long runtime = orZero(scheduler.runtime());
    long deadline = orZero(scheduler.deadline());
    long period = orZero(scheduler.period());
    boolean hasNice = policy == Policy.SCHED_OTHER || policy == Policy.SCHED_BATCH;
    boolean hasPriority = policy == Policy.SCHED_FIFO || policy == Policy.SCHED_RR;
    if (hasNice && (nice < NICE_MIN || nice > NICE_MAX)) {
      throw new SetupException("invalid scheduler.nice: " + nice);
    }
    if (priority != 0 && !hasPriority) {
      throw new SetupException(
          "scheduler.priority can only be specified for SchedFIFO or SchedRR policy");
    }
    if ((runtime | deadline | period) != 0 && policy != Policy.SCHED_DEADLINE) {
      throw new SetupException(
          "scheduler runtime/deadline/period can only be specified for SchedDeadline policy");
    }
    long flags = 0;
    for (dev.proa.spec.Scheduler.Flag flag : scheduler.flags()) {
      flags |=
          switch (flag) {
            case SCHED_FLAG_RESET_ON_FORK -> 0x01;
            case SCHED_FLAG_RECLAIM -> 0x02;
            case SCHED_FLAG_DL_OVERRUN -> 0x04;
            case SCHED_FLAG_KEEP_POLICY -> 0x08;
            case SCHED_FLAG_KEEP_PARAMS -> 0x10;
            case SCHED_FLAG_UTIL_CLAMP_MIN -> 0x20;
            case SCHED_FLAG_UTIL_CLAMP_MAX -> 0x40;
          };
    }
    return new CallsStep(
        "process.scheduler",
        SchedulerCalls.setattr(
            SchedulerCalls.policy(policy.name()),
            flags,
            nice,
            priority,
            runtime,
            deadline,
            period));
  }

  private static long orZero(Long value) {
    return value == null ? 0 : value;
  }
}
