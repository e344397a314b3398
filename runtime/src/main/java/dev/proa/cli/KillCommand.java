package dev.proa.cli;

import dev.proa.operation.Kill;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kill}: sends a signal. */
@Command(
    name = "kill",
    description = "Send a signal to the container's first process (default: SIGTERM).",
    footer = {"", "Example:", "  proa kill web KILL"})
final class KillCommand extends HelpOption implements Action {
  @Option(
      names = {"-a", "--all"},
      description = "Signal every process of the container.")
  boolean all;

  @Option(
      names = {"-r", "--regex"},
      description = "ID is a regular expression: signal all containers that it matches.")
  boolean regex;

  @Parameters(index = "0", paramLabel = "ID", description = "The container's id.")
  String id;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SIGNAL",
      defaultValue = "SIGTERM",
      description = "Its name, with or without SIG, or its number.")
  String signal;

  @Override
  public int run(Invocation invocation) {
    Kill kill = new Kill(invocation.kernel(), invocation.settings());
    if (regex) {
      return new Matching(invocation, id).each(each -> kill.kill(each, signal, all));
    }
    kill.kill(id, signal, all);
    return 0;
  }
}
