package dev.proa.spec;

/**
 * Arguments of ioprio_set(2): config.md, Linux Process.
 *
 * @param ioClass I/O scheduling class
 * @param priority within the class, 0 (first) to 7
 */
public record IoPriority(IoClass ioClass, Integer priority) {

  /** Reads the object. */
  public static IoPriority read(Json json) {
    return new IoPriority(json.requiredEnum("class", IoClass.values()), json.intOrNull("priority"));
  }

  /** Classes of ioprio_set(2). */
  public enum IoClass {
    IOPRIO_CLASS_RT,
    IOPRIO_CLASS_BE,
    IOPRIO_CLASS_IDLE
  }
}
