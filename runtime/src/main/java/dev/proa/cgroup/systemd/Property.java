package dev.proa.cgroup.systemd;

import java.util.ArrayList;
import java.util.List;

/** A property of a unit: its name as on the bus, and its value. */
record Property(String name, Variant value) {
  static Property of(String name, boolean value) {
    return new Property(name, Variant.of(value));
  }

  static Property of(String name, String value) {
    return new Property(name, Variant.of(value));
  }

  /** Unsigned 64 bits; -1 is "no limit" in systemd. */
  static Property of(String name, long value) {
    return new Property(name, Variant.of(value));
  }

  /** The struct {@code (sv)}. */
  List<Object> struct() {
    return List.of(name, value);
  }

  /** The array {@code a(sv)}. */
  static List<Object> array(List<Property> properties) {
    List<Object> array = new ArrayList<>(properties.size());
    for (Property property : properties) {
      array.add(property.struct());
    }
    return array;
  }
}
