package dev.proa.cli;

import dev.proa.operation.Delete;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code delete}: removes what a stopped container holds. */
@Command(
    name = "delete",
    description = "Delete a stopped container: its cgroups and its state.",
    footer = {"", "Example:", "  proa delete --force web"})
final class DeleteCommand extends HelpOption implements Action {
  @Option(
      names = {"-f", "--force"},
      description = "Kill the container first if it is not stopped; an unknown id is no error.")
  boolean force;

  @Option(
      names = {"-r", "--regex"},
      description = "ID is a regular expression: delete all containers that it matches.")
  boolean regex;

  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    Delete delete = new Delete(invocation.kernel(), invocation.settings());
    if (!regex) {
      warn(invocation, delete.delete(id, force));
      return 0;
    }
    return new Matching(invocation, id).each(each -> warn(invocation, delete.delete(each, force)));
  }

  private static void warn(Invocation invocation, List<String> failures) {
    for (String failure : failures) {
      invocation.warn(failure);
    }
  }
}
