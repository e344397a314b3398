package dev.proa.cli;

import dev.proa.operation.Start;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code start}: lets the created container's process run. */
@Command(
    name = "start",
    description = "Execute the process of a created container.",
    footer = {"", "Example:", "  proa start web"})
final class StartCommand extends HelpOption implements Action {
  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    new Start(invocation.kernel(), invocation.settings()).start(id);
    return 0;
  }
}
