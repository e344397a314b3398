package dev.proa.spec;

import java.util.List;

/**
 * One program and how to run it: config.md, POSIX-platform Hooks.
 *
 * @param path absolute path of the executable
 * @param args argv, its name included; empty means the path alone
 * @param env its whole environment
 * @param timeout seconds, more than 0; null waits for ever
 */
public record Hook(String path, List<String> args, List<String> env, Integer timeout) {

  /** Reads the object. */
  public static Hook read(Json json) {
    return new Hook(json.text("path"), json.texts("args"), json.texts("env"), timeout(json));
  }

  /** Go's int has 64 bits: what exceeds ours, 68 years, means the same. */
  private static Integer timeout(Json json) {
    Long seconds = json.longOrNull("timeout");
    return seconds == null ? null : (Integer) (int) Math.min(seconds, Integer.MAX_VALUE);
  }
}
