package dev.proa.terminal;

/** A terminal cannot be made, handed out or shown, for a reason that is no failed system call. */
public final class TerminalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the reason, in lower case and without a full stop. */
  public TerminalException(String message) {
    super(message, null, false, false);
  }
}
