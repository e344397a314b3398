package dev.proa.cgroup.systemd;

import dev.proa.cgroup.CgroupException;
import java.nio.charset.StandardCharsets;

/** Fuzz targets of what this package reads. */
public final class SystemdFuzz {
  private SystemdFuzz() {}

  /** {@code slice:prefix:name}: a unit's name has no slash. */
  public static void unitName(byte[] input) {
    try {
      UnitName name = UnitName.of(new String(input, StandardCharsets.UTF_8), "id", false);
      if (name.unit().indexOf('/') >= 0) {
        throw new AssertionError("a path: " + name);
      }
    } catch (CgroupException e) {
      return;
    }
  }

  /** The value of an annotation {@code org.systemd.property.NAME}. */
  public static void property(byte[] input) {
    try {
      VariantText.parse(new String(input, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return;
    }
  }
}
