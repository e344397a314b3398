package dev.proa.spec;

import dev.proa.spec.linux.IdMapping;
import java.util.List;

/**
 * One mount besides the root: config.md, Mounts.
 *
 * @param destination where, inside the container; runc also takes a relative one, from the root
 * @param type file system type; none or absent for a bind mount
 * @param source a device, a file, a directory or a dummy; relative to the bundle
 * @param options words of the table in config.md (Linux mount options); others are the file
 *     system's
 * @param uidMappings user ids of an idmapped mount
 * @param gidMappings group ids of an idmapped mount
 */
public record Mount(
    String destination,
    String type,
    String source,
    List<String> options,
    List<IdMapping> uidMappings,
    List<IdMapping> gidMappings) {

  /** Reads the object. */
  public static Mount read(Json json) {
    return new Mount(
        json.text("destination"),
        json.textOrNull("type"),
        json.textOrNull("source"),
        json.texts("options"),
        json.list("uidMappings", IdMapping::read),
        json.list("gidMappings", IdMapping::read));
  }
}
