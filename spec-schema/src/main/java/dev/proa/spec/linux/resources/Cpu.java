package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;

/**
 * Processors: config-linux.md, CPU. Times in microseconds; periods, shares and burst unsigned.
 *
 * @param shares relative weight, 2 to 262144
 * @param quota CPU time in a period, µs; -1 means no limit
 * @param burst unused time that may be saved, µs
 * @param period length of a period, µs
 * @param realtimeRuntime real-time CPU time in a period, µs
 * @param realtimePeriod length of a real-time period, µs
 * @param cpus CPU list such as {@code 0-3,7}
 * @param mems memory node list
 * @param idle 1 makes the group SCHED_IDLE, 0 does not
 */
public record Cpu(
    Long shares,
    Long quota,
    Long burst,
    Long period,
    Long realtimeRuntime,
    Long realtimePeriod,
    String cpus,
    String mems,
    Long idle) {

  /** Reads the object. */
  public static Cpu read(Json json) {
    return new Cpu(
        json.uint64OrNull("shares"),
        json.longOrNull("quota"),
        json.uint64OrNull("burst"),
        json.uint64OrNull("period"),
        json.longOrNull("realtimeRuntime"),
        json.uint64OrNull("realtimePeriod"),
        json.textOrNull("cpus"),
        json.textOrNull("mems"),
        json.longOrNull("idle"));
  }

  /** The same with another quota and period. */
  public Cpu withLimit(Long newQuota, Long newPeriod) {
    return new Cpu(
        shares, newQuota, burst, newPeriod, realtimeRuntime, realtimePeriod, cpus, mems, idle);
  }
}
