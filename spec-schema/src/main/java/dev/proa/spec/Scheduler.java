package dev.proa.spec;

import java.util.List;

/**
 * Arguments of sched_setattr(2): config.md, Linux Process. Times in nanoseconds, unsigned.
 *
 * @param policy scheduling policy
 * @param nice for SCHED_OTHER and SCHED_BATCH
 * @param priority static priority for SCHED_FIFO and SCHED_RR
 * @param flags flags of sched_setattr(2)
 * @param runtime for SCHED_DEADLINE, ns
 * @param deadline for SCHED_DEADLINE, ns
 * @param period for SCHED_DEADLINE, ns
 */
public record Scheduler(
    Policy policy,
    Integer nice,
    Integer priority,
    List<Flag> flags,
    Long runtime,
    Long deadline,
    Long period) {

  /** Reads the object. */
  public static Scheduler read(Json json) {
    return new Scheduler(
        json.requiredEnum("policy", Policy.values()),
        json.intOrNull("nice"),
        json.intOrNull("priority"),
        json.enums("flags", Flag.values()),
        json.uint64OrNull("runtime"),
        json.uint64OrNull("deadline"),
        json.uint64OrNull("period"));
  }

  /** Policies of sched(7). */
  public enum Policy {
    SCHED_OTHER,
    SCHED_FIFO,
    SCHED_RR,
    SCHED_BATCH,
    SCHED_ISO,
    SCHED_IDLE,
    SCHED_DEADLINE
  }

  /** Flags of sched_setattr(2). */
  public enum Flag {
    SCHED_FLAG_RESET_ON_FORK,
    SCHED_FLAG_RECLAIM,
    SCHED_FLAG_DL_OVERRUN,
    SCHED_FLAG_KEEP_POLICY,
    SCHED_FLAG_KEEP_PARAMS,
    SCHED_FLAG_UTIL_CLAMP_MIN,
    SCHED_FLAG_UTIL_CLAMP_MAX
  }
}
