package dev.proa.spec;

/**
 * The root file system: config.md, Root.
 *
 * @param path absolute, or relative to the bundle
 * @param readonly whether it is read-only inside the container
 */
public record Root(String path, boolean readonly) {

  /** Reads the object. */
  public static Root read(Json json) {
    return new Root(json.text("path"), json.bool("readonly", false));
  }
}
