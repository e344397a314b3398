package dev.proa.cli;

import dev.proa.operation.ListContainers;
import dev.proa.operation.OperationException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The containers that a regular expression matches: crun's {@code --regex}. */
final class Matching {
  private final Invocation invocation;
  private final Pattern pattern;

  /**
   * Of that expression, found anywhere in an id.
   *
   * @throws OperationException if it is none
   */
  Matching(Invocation invocation, String expression) {
    this.invocation = invocation;
    try {
      this.pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new OperationException("invalid regular expression \"" + expression + "\"");
    }
  }

  /**
   * Does it for each; one that fails does not stop the others.
   *
   * @return the exit code
   */
  int each(Consumer<String> action) {
    for (String id : new ListContainers(invocation.kernel(), invocation.settings()).ids()) {
      if (pattern.matcher(id).find()) {
        try {
          action.accept(id);
        } catch (OperationException e) {
          invocation.warn(id + ": " + e.getMessage());
        }
      }
    }
    return 0;
  }
}
