package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;

/**
 * Number of tasks: config-linux.md, PIDs.
 *
 * @param limit most tasks; -1 means no limit
 */
public record Pids(Long limit) {

  /** Reads the object. */
  public static Pids read(Json json) {
    return new Pids(json.longOrNull("limit"));
  }
}
