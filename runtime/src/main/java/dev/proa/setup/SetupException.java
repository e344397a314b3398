package dev.proa.setup;

/** A step cannot be planned or applied, for a reason that is no failed system call. */
public final class SetupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the reason, in lower case and without a full stop. */
  public SetupException(String message) {
    super(message, null, false, false);
  }
}
