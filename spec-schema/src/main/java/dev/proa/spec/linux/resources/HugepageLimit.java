package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;

/**
 * Limit on huge pages of one size: config-linux.md, Huge page limits.
 *
 * @param pageSize such as {@code 2MB}
 * @param limit bytes; unsigned
 */
public record HugepageLimit(String pageSize, long limit) {

  /** Reads the object. */
  public static HugepageLimit read(Json json) {
    return new HugepageLimit(json.text("pageSize"), json.requiredUint64("limit"));
  }
}
