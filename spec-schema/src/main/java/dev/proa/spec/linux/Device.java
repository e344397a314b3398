package dev.proa.spec.linux;

import dev.proa.spec.Json;

/**
 * A device node: config-linux.md, Devices.
 *
 * @param type c or u (character), b (block), p (fifo)
 * @param path inside the container
 * @param major major number; absent for a fifo
 * @param minor minor number; absent for a fifo
 * @param fileMode permission bits
 * @param uid owner inside the container
 * @param gid group inside the container
 */
public record Device(
    String type, String path, Long major, Long minor, Long fileMode, Long uid, Long gid) {

  /** Reads the object. */
  public static Device read(Json json) {
    return new Device(
        json.text("type"),
        json.text("path"),
        json.longOrNull("major"),
        json.longOrNull("minor"),
        json.uint32OrNull("fileMode"),
        json.uint32OrNull("uid"),
        json.uint32OrNull("gid"));
  }
}
