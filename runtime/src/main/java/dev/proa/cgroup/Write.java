package dev.proa.cgroup;

/**
 * One value to write into one file of a cgroup's directory.
 *
 * @param section where the value comes from in the config, as {@code linux.resources.pids.limit}
 * @param file the file's name
 * @param data the value
 * @param optional whether a missing file (ENOENT) is passed over
 * @param postponable whether a refusal with EINVAL means "not yet": two values depend on each other
 *     (memory and swap, period and quota) and which can go first depends on the values in force; it
 *     is then written again after the others
 * @param otherwise what to write where the file is missing, or null
 */
public record Write(
    String section,
    String file,
    String data,
    boolean optional,
    boolean postponable,
    Write otherwise) {

  /** A value that must be accepted. */
  public static Write of(String section, String file, String data) {
    return new Write(section, file, data, false, false, null);
  }

  /** The same, passed over where the file is missing. */
  public Write ifPresent() {
    return new Write(section, file, data, true, postponable, otherwise);
  }

  /** The same, written again after the others where the kernel first answers EINVAL. */
  public Write maybeLater() {
    return new Write(section, file, data, optional, true, otherwise);
  }

  /** The same, with another write where the file is missing. */
  public Write orElse(Write other) {
    return new Write(section, file, data, optional, postponable, other);
  }
}
