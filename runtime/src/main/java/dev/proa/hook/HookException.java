package dev.proa.hook;

/** A hook could not be run, failed, or ran too long. */
public final class HookException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the reason; begins as runc's does: {@code error running KIND hook #N: }. */
  public HookException(String message) {
    super(message, null, false, false);
  }
}
