package dev.proa.cgroup.systemd;

import dev.proa.cgroup.CgroupException;

/**
 * What the config's {@code cgroupsPath} means with systemd: {@code slice:prefix:name} is the scope
 * {@code prefix-name.scope} in that slice, and a name that ends in {@code .slice} is itself the
 * unit (systemd.slice(5), systemd.scope(5)).
 *
 * @param slice the slice that the unit is in; {@code -.slice} is the root
 * @param name the last part, for the description
 * @param unit the unit's name
 */
public record UnitName(String slice, String name, String unit) {
  private static final String SLICE = ".slice";
  // UNIT_NAME_MAX and VALID_CHARS of systemd's unit-name.c.
  private static final int MAX_LENGTH = 255;
  private static final String VALID = ":-_.\\@";

  /**
   * The unit for the config's value.
   *
   * @param value {@code slice:prefix:name}; null or empty means {@code :runc:id}, which is where
   *     those who leave the place to the runtime look for it
   * @param user whether the systemd is a user's
   * @throws CgroupException if the value names no unit
   */
  public static UnitName of(String value, String id, boolean user) {
    String slice = "";
    String prefix = "runc";
    String name = id;
    if (value != null && !value.isEmpty()) {
      String[] parts = value.split(":", -1);
      if (parts.length != 3) {
        throw new CgroupException(
            "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \""
                + value
                + "\" instead");
      }
      slice = parts[0];
      prefix = parts[1];
      name = parts[2];
    }
    if (slice.isEmpty()) {
      slice = user ? "user.slice" : "system.slice";
    } else if (slice.equals("-")) {
      slice = "-.slice";
    }
    UnitName unit =
        new UnitName(slice, name, name.endsWith(SLICE) ? name : prefix + "-" + name + ".scope");
    checkUnit(unit.unit);
    expand(slice);
    unit.path();
    return unit;
  }

  /** Whether the unit is a slice, which systemd puts no processes into. */
  boolean isSlice() {
    return unit.endsWith(SLICE);
  }

  /** The cgroup from where this systemd's units begin, with a leading slash. */
  String path() {
    // A slice's name says where it is; the config's slice is only wanted to be there too.
    return isSlice() ? expand(unit) : expand(slice) + "/" + unit;
  }

  /** {@code a-b.slice} is in {@code a.slice}: {@code /a.slice/a-b.slice}; the root slice is "". */
  static String expand(String slice) {
    if (!slice.endsWith(SLICE) || slice.length() == SLICE.length()) {
      throw invalidSlice(slice);
    }
    if (slice.equals("-.slice")) {
      return "";
    }
    checkUnit(slice);
    StringBuilder path = new StringBuilder();
    StringBuilder prefix = new StringBuilder();
    for (String part : slice.substring(0, slice.length() - SLICE.length()).split("-", -1)) {
      if (part.isEmpty()) {
        throw invalidSlice(slice);
      }
      path.append('/').append(prefix).append(part).append(SLICE);
      prefix.append(part).append('-');
    }
    return path.toString();
  }

  /** The name becomes a part of a path: nothing may be in it that systemd would refuse later. */
  private static void checkUnit(String unit) {
    boolean valid = unit.length() <= MAX_LENGTH;
    for (int i = 0; i < unit.length(); i++) {
      char c = unit.charAt(i);
      valid &= c < 128 && (Character.isLetterOrDigit(c) || VALID.indexOf(c) >= 0);
    }
    if (!valid) {
      throw unit.endsWith(SLICE)
          ? invalidSlice(unit)
          : new CgroupException("invalid unit name: " + unit);
    }
  }

  private static CgroupException invalidSlice(String slice) {
    return new CgroupException("invalid slice name: " + slice);
  }
}
