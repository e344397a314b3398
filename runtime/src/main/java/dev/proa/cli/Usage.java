package dev.proa.cli;

import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What a wrong command line gets: the words of Go's flag package and of the library that runc uses,
 * because callers probe for features by giving a flag and reading the answer.
 */
final class Usage {
  private Usage() {}

  /** There is no command of that name. */
  static int unknownTopic(Invocation invocation, String topic) {
    invocation.log().error("No help topic for '" + topic + "'");
    return 3; // urfave/cli's code for it
  }

  /**
   * Prints what is wrong: the command's usage on stdout, one record in the log.
   *
   * @return the exit code
   */
  static int wrong(Invocation invocation, String[] args, ParameterException e) {
    String topic = unknownTopic(invocation, e);
    if (topic != null) {
      return unknownTopic(invocation, topic);
    }
    String problem = problem(invocation, args, e);
    invocation.print("Incorrect Usage: " + problem + "\n\n" + invocation.usage());
    invocation.log().error(problem);
    return 1;
  }

  /** The word in a command's place that is none, or null. */
  private static String unknownTopic(Invocation invocation, ParameterException e) {
    if (invocation.isRoot() && e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().getFirst();
      return argument.startsWith("-") ? null : argument;
    }
    return null;
  }

  private static String problem(Invocation invocation, String[] args, ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().getFirst();
      return argument.startsWith("-")
          ? "flag provided but not defined: -" + flagName(argument)
          : arguments(invocation, false);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      return missing.getMissing().getFirst().isOption()
          ? "flag needs an argument: -" + flagName(args[args.length - 1])
          : arguments(invocation, true);
    }
    if (e.getArgSpec() != null && e.getArgSpec().isOption() && e.getValue() != null) {
      String flag = ((OptionSpec) e.getArgSpec()).longestName();
      return "invalid value \"" + e.getValue() + "\" for flag -" + flagName(flag) + ": parse error";
    }
    return e.getMessage();
  }

  /** How many arguments the command wants. */
  private static String arguments(Invocation invocation, boolean tooFew) {
    int least = 0;
    int most = 0;
    for (PositionalParamSpec each : invocation.positionals()) {
      least += each.arity().min();
      most = each.arity().isVariable() ? Integer.MAX_VALUE : most + each.arity().max();
    }
    String count =
        least == most
            ? "exactly " + least
            : tooFew ? "a minimum of " + least : "a maximum of " + most;
    return invocation.calledAs()
        + ": \""
        + invocation.name()
        + "\" requires "
        + count
        + " argument(s)";
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
