package dev.proa.spec;

import java.util.List;

/**
 * The five capability sets of the process, names as {@code CAP_KILL}: config.md, Linux Process.
 *
 * @param bounding kept over execve
 * @param effective checked by the kernel
 * @param inheritable kept over execve of files with capabilities
 * @param permitted may be made effective
 * @param ambient kept over execve of ordinary files
 */
public record Capabilities(
    List<String> bounding,
    List<String> effective,
    List<String> inheritable,
    List<String> permitted,
    List<String> ambient) {

  /** Reads the object. */
  public static Capabilities read(Json json) {
    return new Capabilities(
        json.texts("bounding"),
        json.texts("effective"),
        json.texts("inheritable"),
        json.texts("permitted"),
        json.texts("ambient"));
  }
}
