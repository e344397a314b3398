package dev.proa.operation;

/**
 * An operation cannot be done. The texts of the fixed ones are runc's: callers match on them.
 *
 * <p>The message is the whole sentence; it is printed once, by {@code cli}.
 */
public final class OperationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the sentence, in lower case and without a full stop. */
  public OperationException(String message) {
    super(message, null, false, false);
  }

  /** There is no state folder of that id. */
  public static OperationException doesNotExist() {
    return new OperationException("container does not exist");
  }

  /** The id is taken. */
  public static OperationException alreadyExists() {
    return new OperationException("container with given ID already exists");
  }

  /** The process to signal is gone. */
  public static OperationException notRunning() {
    return new OperationException("container not running");
  }

  /** What is to be resumed is not paused. */
  public static OperationException notPaused() {
    return new OperationException("container not paused");
  }
}
