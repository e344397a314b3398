package dev.proa.cli;

import dev.proa.operation.Diagnose;
import dev.proa.operation.Start;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code start}: lets the created container's process run. */
@Command(
    name = "start",
    description = "Execute the process of a created container.",
    footer = {"", "Example:", "  proa start web"})
final class StartCommand extends HelpOption implements Action {
  @Mixin TimelineOption timed = new TimelineOption();

  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public String timeline() {
    return timed.timeline;
  }

  @Override
  public int run(Invocation invocation) {
    new Start(invocation.kernel(), invocation.settings()).start(id);
    return 0;
  }

  @Override
  public List<String> hints(Invocation invocation, String message) {
    return new Diagnose(invocation.kernel(), invocation.settings(), message).start(id);
  }
}
