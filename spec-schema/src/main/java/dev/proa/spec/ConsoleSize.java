package dev.proa.spec;

/**
 * Size of the terminal in characters: config.md, Process.
 *
 * @param height rows
 * @param width columns
 */
public record ConsoleSize(long height, long width) {

  /** Reads the object. */
  public static ConsoleSize read(Json json) {
    return new ConsoleSize(json.requiredUint64("height"), json.requiredUint64("width"));
  }
}
