package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;

/**
 * Which devices may be used: config-linux.md, Allowed Device list.
 *
 * @param allow allowed or denied
 * @param type a (all), c or b; null means all
 * @param major null means every one
 * @param minor null means every one
 * @param access of the letters r, w and m
 */
public record DeviceRule(boolean allow, String type, Long major, Long minor, String access) {

  /** Reads the object. */
  public static DeviceRule read(Json json) {
    return new DeviceRule(
        json.required("allow").asBool(),
        json.textOrNull("type"),
        json.longOrNull("major"),
        json.longOrNull("minor"),
        json.textOrNull("access"));
  }
}
