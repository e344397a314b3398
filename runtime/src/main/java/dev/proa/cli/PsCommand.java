package dev.proa.cli;

import dev.proa.kernel.Environment;
import dev.proa.operation.ListProcesses;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ps}: a container's processes. */
@Command(
    name = "ps",
    description = "List the processes of a container, as the host's ps tells of them.",
    footer = {"", "Examples:", "  proa ps --format json web", "  proa ps web -o pid,comm"})
final class PsCommand extends HelpOption implements Action {
  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (default) or json: the pids only.")
  String format;

  @Parameters(index = "0", paramLabel = "ID", description = "The container's id.")
  String id;

  @Parameters(
      index = "1",
      arity = "0..*",
      paramLabel = "OPTIONS",
      description = "Options of the host's ps (default: -ef).")
  List<String> options = new ArrayList<>();

  @Override
  public int run(Invocation invocation) {
    invocation.print(
        new ListProcesses(invocation.kernel(), invocation.settings(), Environment.all())
            .list(id, format, options));
    return 0;
  }
}
