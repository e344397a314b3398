package dev.proa.setup;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code process.env}: every entry is {@code NAME=VALUE}, of a name that is there twice the last
 * wins, and HOME is added from the container's passwd(5) where it is missing or empty, as runc
 * does.
 */
public final class Env {
  private static final String HOME = "HOME=";

  private final List<String> entries;
  private final boolean hasHome;

  private Env(List<String> entries, boolean hasHome) {
    this.entries = entries;
    this.hasHome = hasHome;
  }

  /**
   * Checks the entries and takes out what a later one replaces.
   *
   * @throws SetupException for an entry without {@code =}, without a name or with a NUL byte
   */
  public static Env plan(List<String> env) {
    List<String> kept = new ArrayList<>(env.size() + 1);
    Set<String> names = new HashSet<>();
    boolean hasHome = false;
    for (int i = env.size() - 1; i >= 0; i--) {
      String entry = env.get(i);
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw new SetupException("invalid environment variable \"" + entry + "\": missing '='");
      }
      if (equals == 0) {
        throw new SetupException(
            "invalid environment variable \"" + entry + "\": name cannot be empty");
      }
      String name = entry.substring(0, equals);
      if (entry.indexOf('\0') >= 0) {
        throw new SetupException(
            "invalid environment variable \""
                + name.replace("\0", "\\x00")
                + "\": contains nul byte");
      }
      if (!names.add(name)) {
        continue;
      }
      if (entry.startsWith(HOME)) {
        if (entry.length() == HOME.length()) {
          continue; // an empty HOME is as good as none
        }
        hasHome = true;
      }
      kept.add(entry);
    }
    return new Env(kept.reversed(), hasHome);
  }

  /** Whether HOME has to be looked up, with {@link Passwd}, in the container. */
  public boolean needsHome() {
    return !hasHome;
  }

  /** The entries, without HOME where {@link #needsHome}. */
  public List<String> entries() {
    return entries;
  }

  /** The entries with that HOME. */
  public List<String> withHome(String home) {
    List<String> all = new ArrayList<>(entries);
    all.add(HOME + home);
    return all;
  }

  /** The value of a variable, or null. */
  public static String value(List<String> env, String name) {
    String start = name + "=";
    for (int i = env.size() - 1; i >= 0; i--) {
      if (env.get(i).startsWith(start)) {
        return env.get(i).substring(start.length());
      }
    }
    return null;
  }
}
