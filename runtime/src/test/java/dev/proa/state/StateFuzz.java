package dev.proa.state;

import dev.proa.spec.InvalidSpecException;

/** Fuzz targets of what this package reads. */
public final class StateFuzz {
  private StateFuzz() {}

  /** What a damaged state file says is refused, or can be written and read again. */
  public static void state(byte[] input) {
    ContainerState state;
    try {
      state = ContainerState.parse("state.json", input);
    } catch (InvalidSpecException e) {
      return;
    }
    ContainerState.parse("written again", state.text());
  }
}
