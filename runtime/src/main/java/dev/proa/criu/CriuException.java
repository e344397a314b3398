package dev.proa.criu;

/** CRIU could not do what it was asked; the message is the whole sentence. */
public final class CriuException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the sentence, in lower case and without a full stop. */
  public CriuException(String message) {
    super(message, null, false, false);
  }
}
