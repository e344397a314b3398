package dev.proa.spec;

/**
 * A resource limit of setrlimit(2): config.md, POSIX process. Limits are uint64.
 *
 * @param type {@code RLIMIT_} and the name in upper case
 * @param soft the limit the kernel enforces; unsigned
 * @param hard ceiling of the soft one; unsigned
 */
public record Rlimit(String type, long soft, long hard) {

  /** Reads the object. */
  public static Rlimit read(Json json) {
    return new Rlimit(json.text("type"), json.requiredUint64("soft"), json.requiredUint64("hard"));
  }
}
