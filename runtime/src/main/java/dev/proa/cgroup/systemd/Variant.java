package dev.proa.cgroup.systemd;

import java.util.List;

/**
 * A value of D-Bus with its type.
 *
 * @param signature one complete type
 * @param value a Boolean for {@code b}; a Long for {@code y n q i u x t}; a Double for {@code d}; a
 *     String for {@code s o g}; a List for arrays and structs; a Variant for {@code v}
 */
record Variant(String signature, Object value) {
  static Variant of(boolean value) {
    return new Variant("b", value);
  }

  static Variant of(String value) {
    return new Variant("s", value);
  }

  /** Unsigned 64 bits. */
  static Variant of(long value) {
    return new Variant("t", value);
  }

  static Variant of(String signature, List<?> values) {
    return new Variant(signature, values);
  }
}
