package dev.proa.spec.linux;

import dev.proa.spec.Json;

/**
 * A range of user or group ids: config-linux.md, User namespace mappings. All are uint32.
 *
 * @param containerID first id inside
 * @param hostID first id outside
 * @param size how many
 */
public record IdMapping(long containerID, long hostID, long size) {

  /** Reads the object. */
  public static IdMapping read(Json json) {
    return new IdMapping(
        json.requiredUint32("containerID"),
        json.requiredUint32("hostID"),
        json.requiredUint32("size"));
  }
}
