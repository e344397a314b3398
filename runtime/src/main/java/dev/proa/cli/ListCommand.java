package dev.proa.cli;

import dev.proa.operation.ListContainers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code list}: the containers below the root folder. */
@Command(
    name = "list",
    description = "List the containers.",
    footer = {"", "Example:", "  proa list --format json"})
final class ListCommand extends HelpOption implements Action {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (default) or json.")
  String format;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only the ids.")
  boolean quiet;

  @Override
  public int run(Invocation invocation) {
    invocation.print(
        new ListContainers(invocation.kernel(), invocation.settings()).list(format, quiet));
    return 0;
  }
}
