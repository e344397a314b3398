package dev.proa.conformance.client;

/** Which runtime the executable is, for texts that differ between them. */
public enum RuntimeKind {
  /** The reference implementation in Go. */
  RUNC,
  /** The implementation in C. */
  CRUN,
  /** This project. */
  PROA;

  /** The kind by the first line of {@code --version}: {@code NAME version X}. */
  static RuntimeKind of(String version) {
    String name = version.split(" ", 2)[0];
    return switch (name) {
      case "runc" -> RUNC;
      case "crun" -> CRUN;
      case "proa" -> PROA;
      default -> throw new IllegalArgumentException("unknown runtime: " + version);
    };
  }
}
