package dev.proa.cli;

import dev.proa.operation.Pause;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pause}: stops a container's processes where they are. */
@Command(
    name = "pause",
    description = "Suspend all processes of a container.",
    footer = {"", "Example:", "  proa pause web"})
final class PauseCommand extends HelpOption implements Action {
  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    new Pause(invocation.kernel(), invocation.settings()).pause(id);
    return 0;
  }
}
