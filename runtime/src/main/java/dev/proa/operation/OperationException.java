package dev.proa.operation;

/**
 * An operation cannot be done. The texts of the fixed ones are runc's: callers match on them.
 *
 * <p>The message is the whole sentence; it is printed once, by {@code cli}.
 */
public final class OperationException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String DOES_NOT_EXIST = "container does not exist";

  /** With the sentence, in lower case and without a full stop. */
  public OperationException(String message) {
    super(message, null, false, false);
  }

  /** There is no state folder of that id. */
  public static OperationException doesNotExist() {
    return new OperationException(DOES_NOT_EXIST);
  }

  /** Whether it says so. */
  public boolean isDoesNotExist() {
    return DOES_NOT_EXIST.equals(getMessage());
  }

  /** The id is taken. */
  public static OperationException alreadyExists() {
    return new OperationException("container with given ID already exists");
  }

  /** There is a state folder, and nothing in it that tells of a container. */
  public static OperationException neverCreated() {
    return new OperationException(
        "container was never completely created; delete --force removes it");
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
