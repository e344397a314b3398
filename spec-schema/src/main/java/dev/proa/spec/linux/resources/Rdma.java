package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;

/**
 * Limits of one RDMA device: config-linux.md, RDMA.
 *
 * @param hcaHandles handles
 * @param hcaObjects objects
 */
public record Rdma(Long hcaHandles, Long hcaObjects) {

  /** Reads the object. */
  public static Rdma read(Json json) {
    return new Rdma(json.uint32OrNull("hcaHandles"), json.uint32OrNull("hcaObjects"));
  }
}
