package dev.proa.cli;

import dev.proa.operation.Delete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code delete}: removes what a stopped container holds. */
@Command(
    name = "delete",
    description = "Delete a stopped or created container: its cgroups and its state.",
    footer = {"", "Example:", "  proa delete --force web"})
final class DeleteCommand extends HelpOption implements Action {
  @Option(
      names = {"-f", "--force"},
      description = "Kill the container first if it runs; an unknown id is no error.")
  boolean force;

  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    Delete delete = new Delete(invocation.kernel(), invocation.settings());
    for (String failure : delete.delete(id, force)) {
      invocation.warn(failure);
    }
    return 0;
  }
}
