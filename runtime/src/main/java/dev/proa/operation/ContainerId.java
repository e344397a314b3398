package dev.proa.operation;

/** The rule for a container's id: {@code [A-Za-z0-9_+.-]+}, but not {@code .} or {@code ..}. */
final class ContainerId {
  /** A folder's name may not be longer (NAME_MAX). */
  private static final int MAXIMUM = 255;

  private ContainerId() {}

  /**
   * Checks an id before it becomes part of a path.
   *
   * @throws OperationException in runc's words
   */
  static void check(String id) {
    if (id.isEmpty()) {
      throw new OperationException("container id cannot be empty");
    }
    boolean good = id.length() <= MAXIMUM && !id.equals(".") && !id.equals("..");
    for (int i = 0; good && i < id.length(); i++) {
      char c = id.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '+'
              || c == '.'
              || c == '-';
    }
    if (!good) {
      throw new OperationException("invalid container ID format: \"" + id + "\"");
    }
  }
}
