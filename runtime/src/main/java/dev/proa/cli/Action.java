package dev.proa.cli;

/** What a command does once its arguments are parsed. */
interface Action {
  /**
   * Does it.
   *
   * @return the exit code
   */
  int run(Invocation invocation);

  /** The exit code if it fails. */
  default int failure() {
    return 1;
  }
}
