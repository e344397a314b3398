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
    ListContainers containers = new ListContainers(invocation.kernel(), invocation.settings());
    invocation.print(containers.list(format, quiet));
    for (String warning : containers.warnings()) {
      invocation.warn(warning);
    }
    return 0;
  }
}
