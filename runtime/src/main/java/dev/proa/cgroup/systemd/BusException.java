package dev.proa.cgroup.systemd;

/** An error that came as an answer: its name on the bus and its text. */
final class BusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  BusException(String name, String message) {
    super(message, null, false, false);
    this.name = name;
  }

  boolean is(String other) {
    return name.equals(other);
  }
}
