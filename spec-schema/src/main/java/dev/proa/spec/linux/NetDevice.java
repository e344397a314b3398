package dev.proa.spec.linux;

import dev.proa.spec.Json;

/**
 * A network interface to move into the container: config-linux.md, Network Devices.
 *
 * @param name its name there; null keeps the one it has
 */
public record NetDevice(String name) {

  /** Reads the object. */
  public static NetDevice read(Json json) {
    return new NetDevice(json.textOrNull("name"));
  }
}
