package dev.proa.cli;

import dev.proa.operation.QueryState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code state}: the container's state as JSON. */
@Command(
    name = "state",
    description = "Print a container's state as JSON.",
    footer = {"", "Example:", "  proa state web"})
final class StateCommand extends HelpOption implements Action {
  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    invocation.print(new QueryState(invocation.kernel(), invocation.settings()).json(id));
    return 0;
  }
}
