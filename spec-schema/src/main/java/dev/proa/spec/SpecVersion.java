package dev.proa.spec;

/** Versions of the runtime-spec: config.md, Specification version. */
public final class SpecVersion {
  /** The version these records and schemas follow. */
  public static final String CURRENT = "1.3.0";

  private SpecVersion() {}

  /** The major number of {@code MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD]}; -1 if it is none. */
  static int major(String version) {
    int at = 0;
    int major = -1;
    for (int part = 0; part < 3; part++) {
      int start = at;
      while (at < version.length() && version.charAt(at) >= '0' && version.charAt(at) <= '9') {
        at++;
      }
      if (at == start || at - start > 9) {
        return -1;
      }
      if (part == 0) {
        major = Integer.parseInt(version, start, at, 10);
      }
      if (part < 2) {
        if (at == version.length() || version.charAt(at) != '.') {
          return -1;
        }
        at++;
      }
    }
    boolean ends = at == version.length();
    return ends || version.charAt(at) == '-' || version.charAt(at) == '+' ? major : -1;
  }
}
