package dev.proa.cli;

import java.util.List;

/** What a command does once its arguments are parsed. */
interface Action {
  /**
   * Does it.
   *
   * @return the exit code
   */
  int run(Invocation invocation);

  /**
   * Why it has failed and what to do: lines for people, made after the error was printed.
   *
   * @param message the error's text, without the command's name
   */
  default List<String> hints(Invocation invocation, String message) {
    return List.of();
  }

  /** Where to write how long everything took, or null: {@code --timeline}. */
  default String timeline() {
    return null;
  }

  /** The exit code if it fails. */
  default int failure() {
    return 1;
  }
}
