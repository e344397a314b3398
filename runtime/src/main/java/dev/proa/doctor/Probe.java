package dev.proa.doctor;

/**
 * One thing that was tried.
 *
 * @param group what it belongs to, as {@code namespaces}
 * @param name what was tried
 * @param answer whether it works
 * @param detail what was found, or why it does not work
 * @param help the command or the change that mends it; null where there is nothing to mend
 */
public record Probe(String group, String name, Answer answer, String detail, String help) {
  /** How it turned out. */
  public enum Answer {
    /** It works. */
    WORKS("works"),
    /** It does not, and only some containers need it. */
    MISSING("missing"),
    /** It does not, and containers need it. */
    FAILS("fails");

    private final String word;

    Answer(String word) {
      this.word = word;
    }

    /** The word in lower case. */
    @Override
    public String toString() {
      return word;
    }
  }
}
