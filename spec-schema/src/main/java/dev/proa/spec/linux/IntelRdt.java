package dev.proa.spec.linux;

import dev.proa.spec.Json;
import java.util.List;

/**
 * Resource Director Technology: config-linux.md, IntelRdt.
 *
 * @param closID class of service; null means the container id
 * @param schemata lines for the schemata file
 * @param l3CacheSchema line for the L3 cache
 * @param memBwSchema line for memory bandwidth
 * @param enableMonitoring whether the container gets its own monitoring group
 */
public record IntelRdt(
    String closID,
    List<String> schemata,
    String l3CacheSchema,
    String memBwSchema,
    boolean enableMonitoring) {

  /** Reads the object. */
  public static IntelRdt read(Json json) {
    return new IntelRdt(
        json.textOrNull("closID"),
        json.texts("schemata"),
        json.textOrNull("l3CacheSchema"),
        json.textOrNull("memBwSchema"),
        json.bool("enableMonitoring", false));
  }
}
