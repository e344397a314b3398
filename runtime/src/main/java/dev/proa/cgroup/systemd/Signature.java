package dev.proa.cgroup.systemd;

/** Type signatures of D-Bus (D-Bus specification, Type System). */
final class Signature {
  private Signature() {}

  /**
   * Where the complete type that begins at {@code at} ends.
   *
   * @throws IllegalArgumentException if there is none
   */
  static int end(String signature, int at) {
    if (at >= signature.length()) {
      throw new IllegalArgumentException("incomplete type \"" + signature + "\"");
    }
    char type = signature.charAt(at);
    if (type == 'a') {
      return end(signature, at + 1);
    }
    if (type == '(' || type == '{') {
      char close = type == '(' ? ')' : '}';
      int next = at + 1;
      do {
        next = end(signature, next);
      } while (next < signature.length() && signature.charAt(next) != close);
      if (next == signature.length()) {
        throw new IllegalArgumentException("incomplete type \"" + signature + "\"");
      }
      return next + 1;
    }
    if ("ybnqiuxtdsogvh".indexOf(type) < 0) {
      throw new IllegalArgumentException("unknown type \"" + signature + "\"");
    }
    return at + 1;
  }

  /** The alignment in a message of the type that begins with this character. */
  static int alignment(char type) {
    return switch (type) {
      case 'y', 'g', 'v' -> 1;
      case 'n', 'q' -> 2;
      case 'x', 't', 'd', '(', '{' -> 8;
      default -> 4;
    };
  }
}
