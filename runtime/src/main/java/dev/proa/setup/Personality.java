package dev.proa.setup;

import dev.proa.kernel.ProcessCalls;

/** {@code linux.personality}: the execution domain that uname(2) and the loader see. */
public final class Personality {
  private static final long PER_LINUX = 0;
  private static final long PER_LINUX32 = 8;

  private Personality() {}

  /**
   * The step, or null where the config leaves the domain as it is.
   *
   * @throws SetupException for a flag: the spec defines the field, and no value for it
   */
  public static Step plan(dev.proa.spec.linux.Personality personality) {
    if (personality == null) {
      return null;
    }
    if (!personality.flags().isEmpty()) {
      throw new SetupException(
          "personality flag " + personality.flags().getFirst() + " is unknown");
    }
    if (personality.domain() == null) {
      return null;
    }
    long persona =
        switch (personality.domain()) {
          case LINUX -> PER_LINUX;
          case LINUX32 -> PER_LINUX32;
        };
    return new CallsStep("linux.personality", ProcessCalls.personality(persona));
  }
}
