package dev.proa.audit;

import java.util.Locale;

/** How much of the host an exposure gives away, the least first. */
public enum Grade {
  /** Worth knowing. */
  INFO,
  /** A layer less, which another one covers. */
  LOW,
  /** Parts of the host can be seen or disturbed, or a flaw of the kernel reached. */
  MEDIUM,
  /** A way to the host that needs some more. */
  HIGH,
  /** The host is the container's. */
  CRITICAL;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The grade of that name; null for another word. */
  public static Grade of(String word) {
    for (Grade grade : values()) {
      if (grade.word.equals(word)) {
        return grade;
      }
    }
    return null;
  }

  /** What it is where privileges reach only a user namespace: two less, {@link #INFO} at least. */
  Grade inUserNamespace() {
    return switch (this) {
      case CRITICAL -> MEDIUM;
      case HIGH -> LOW;
      case MEDIUM, LOW, INFO -> INFO;
    };
  }

  /** The word in lower case. */
  @Override
  public String toString() {
    return word;
  }
}
