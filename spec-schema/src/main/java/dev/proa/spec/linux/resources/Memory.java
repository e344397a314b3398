package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;

/**
 * Memory limits in bytes, -1 for none: config-linux.md, Memory.
 *
 * @param limit hard limit
 * @param reservation soft limit
 * @param swap limit on memory and swap together
 * @param kernel deprecated; ignored by current kernels
 * @param kernelTCP deprecated; TCP buffers
 * @param swappiness 0 to 100
 * @param disableOOMKiller cgroup v1 only
 * @param useHierarchy cgroup v1 only
 * @param checkBeforeUpdate refuse a limit below what is in use
 */
public record Memory(
    Long limit,
    Long reservation,
    Long swap,
    Long kernel,
    Long kernelTCP,
    Long swappiness,
    Boolean disableOOMKiller,
    Boolean useHierarchy,
    Boolean checkBeforeUpdate) {

  /** Reads the object. */
  public static Memory read(Json json) {
    return new Memory(
        json.longOrNull("limit"),
        json.longOrNull("reservation"),
        json.longOrNull("swap"),
        json.longOrNull("kernel"),
        json.longOrNull("kernelTCP"),
        json.uint64OrNull("swappiness"),
        json.boolOrNull("disableOOMKiller"),
        json.boolOrNull("useHierarchy"),
        json.boolOrNull("checkBeforeUpdate"));
  }
}
