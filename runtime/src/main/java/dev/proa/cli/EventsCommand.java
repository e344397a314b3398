package dev.proa.cli;

import dev.proa.operation.Events;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code events}: statistics and memory that ran out, a line of JSON each. */
@Command(
    name = "events",
    description = "Print a container's statistics, and when it runs out of memory, as JSON.",
    footer = {"", "Example:", "  proa events --interval 1m30s web"})
final class EventsCommand extends HelpOption implements Action {
  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "5s",
      converter = GoDuration.class,
      description = "Time between two statistics, such as 500ms or 1m30s (default: 5s).")
  Long interval;

  @Option(names = "--stats", description = "Print the statistics once.")
  boolean stats;

  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    new Events(invocation.kernel(), invocation.settings(), invocation::print)
        .tell(id, interval, stats);
    return 0;
  }
}
