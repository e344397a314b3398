package dev.proa.spec.linux;

import dev.proa.spec.Json;

/**
 * Clock offsets of the time namespace: config-linux.md, Offset for Time Namespace.
 *
 * @param boottime of CLOCK_BOOTTIME
 * @param monotonic of CLOCK_MONOTONIC
 */
public record TimeOffsets(TimeOffset boottime, TimeOffset monotonic) {

  /** Reads the object. */
  public static TimeOffsets read(Json json) {
    return new TimeOffsets(
        json.objectOrNull("boottime", TimeOffset::read),
        json.objectOrNull("monotonic", TimeOffset::read));
  }
}
