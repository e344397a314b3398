package dev.proa.cli;

import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What a wrong command line gets: the words of Go's flag package and of the library that runc uses,
 * because callers probe for features by giving a flag and reading the answer.
 */
final class Usage {
  private Usage() {}

  /** Prints what is wrong; the exit code. */
  static int wrong(Invocation invocation, String[] args, ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().getFirst();
      if (argument.startsWith("-")) {
        invocation.complain(
            "Incorrect Usage: flag provided but not defined: -" + flagName(argument));
        return 1;
      }
      if (invocation.isRoot()) {
        invocation.complain("No help topic for '" + argument + "'");
        return 3; // urfave/cli's code for it
      }
    }
    if (e instanceof MissingParameterException missing
        && !missing.getMissing().isEmpty()
        && missing.getMissing().getFirst().isOption()) {
      String option = args[args.length - 1];
      invocation.complain("Incorrect Usage: flag needs an argument: -" + flagName(option));
      return 1;
    }
    invocation.complain("Incorrect Usage: " + e.getMessage());
    return 1;
  }

  /** The flag's name as Go prints it: without dashes and without its value. */
  private static String flagName(String argument) {
    String name = argument;
    while (name.startsWith("-")) {
      name = name.substring(1);
    }
    int equals = name.indexOf('=');
    return equals < 0 ? name : name.substring(0, equals);
  }
}
