package dev.proa.seccomp;

/** A seccomp section that no filter can be made of; the message is a lower-case sentence. */
public final class SeccompException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With that sentence. */
  public SeccompException(String message) {
    super(message, null, false, false);
  }
}
