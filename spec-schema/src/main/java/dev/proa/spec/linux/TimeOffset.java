package dev.proa.spec.linux;

import dev.proa.spec.Json;

/**
 * Offset of one clock: config-linux.md, Offset for Time Namespace.
 *
 * @param secs seconds
 * @param nanosecs nanoseconds
 */
public record TimeOffset(long secs, long nanosecs) {

  /** Reads the object. */
  public static TimeOffset read(Json json) {
    return new TimeOffset(json.int64("secs", 0), json.uint32("nanosecs", 0));
  }
}
