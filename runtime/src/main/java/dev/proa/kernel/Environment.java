package dev.proa.kernel;

import java.util.Map;

/**
 * This process's environment: environ(7).
 *
 * <p>The native executable has its own of this (dev.proa.image.EnvironmentInImage): the JDK's makes
 * a map of everything, with four classes to initialise, for the one variable that is asked for.
 */
public final class Environment {
  private Environment() {}

  /** The variable's value, or null. */
  public static String get(String name) {
    return System.getenv(name);
  }

  /** All variables. */
  public static Map<String, String> all() {
    return System.getenv();
  }
}
