package dev.proa.diagnosis;

/**
 * One thing that is wrong, or looks so.
 *
 * @param severity how bad it is
 * @param pointer JSON pointer of the config's value that it is about
 * @param message what is wrong: a sentence in lower case, without a full stop
 * @param help what to do about it, or null
 */
public record Finding(Severity severity, String pointer, String message, String help) {
  /** How bad it is. */
  public enum Severity {
    /** The container cannot be created or started here. */
    ERROR("error"),
    /** It can, but perhaps not as it was meant. */
    WARNING("warning");

    private final String word;

    Severity(String word) {
      this.word = word;
    }

    /** The word in lower case. */
    @Override
    public String toString() {
      return word;
    }
  }

  /** Whether the container cannot be created or started here. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }
}
