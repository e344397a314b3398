package dev.proa.spec.linux;

import dev.proa.spec.Json;
import java.util.List;

/**
 * Argument of personality(2): config-linux.md, Personality.
 *
 * @param domain execution domain
 * @param flags none is defined by the spec
 */
public record Personality(Domain domain, List<String> flags) {

  /** Reads the object. */
  public static Personality read(Json json) {
    return new Personality(json.enumOrNull("domain", Domain.values()), json.texts("flags"));
  }

  /** Execution domains. */
  public enum Domain {
    LINUX,
    LINUX32
  }
}
