package dev.proa.cgroup.systemd;

import dev.proa.cgroup.CgroupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Annotations {@code org.systemd.property.NAME}: properties that the unit gets as they are. */
public final class Annotations {
  private static final String PREFIX = "org.systemd.property.";
  private static final long MICROSECONDS = 1_000_000;

  private Annotations() {}

  /**
   * Checks one annotation; others than those are right.
   *
   * @throws CgroupException if the property's name or value is wrong
   */
  public static void check(String key, String text) {
    if (key.startsWith(PREFIX)) {
      parse(key, text);
    }
  }

  /** The properties, in the order of the annotations. */
  static List<Property> of(Map<String, String> annotations) {
    List<Property> properties = new ArrayList<>();
    for (Map.Entry<String, String> entry : annotations.entrySet()) {
      if (entry.getKey().startsWith(PREFIX)) {
        properties.add(parse(entry.getKey(), entry.getValue()));
      }
    }
    return properties;
  }

  private static Property parse(String key, String text) {
    String name = key.substring(PREFIX.length());
    checkName(key, name);
    try {
      Variant value = VariantText.parse(text);
      // Units' files have seconds (TimeoutStopSec=), the bus has microseconds (TimeoutStopUSec).
      // "MSec", "USec" and the like are no seconds.
      if (name.endsWith("Sec") && name.length() > 3 && isLower(name.charAt(name.length() - 4))) {
        return new Property(
            name.substring(0, name.length() - 3) + "USec", Variant.of(microseconds(value)));
      }
      return new Property(name, value);
    } catch (IllegalArgumentException e) {
      throw new CgroupException(
          "annotation " + key + "=" + text + " value parse error: " + e.getMessage());
    }
  }

  private static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static void checkName(String key, String name) {
    String problem = name.length() < 3 ? "too short" : null;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isLower(c) && !(c >= 'A' && c <= 'Z')) {
        problem = "contains non-alphabetic character";
      }
    }
    if (problem != null) {
      throw new CgroupException("annotation " + key + " name incorrect: " + problem);
    }
  }

  private static long microseconds(Variant value) {
    if (value.value() instanceof Double seconds) {
      return (long) (seconds * MICROSECONDS);
    }
    if (value.value() instanceof Long seconds) {
      return seconds * MICROSECONDS;
    }
    throw new IllegalArgumentException("not a number");
  }
}
