package dev.proa.cli;

import dev.proa.operation.Gc;
import dev.proa.spec.JsonWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gc}: takes away what killed runtimes have left. */
@Command(
    name = "gc",
    description = {
      "Remove what is left below --root of containers whose create was killed (kill -9, power"
          + " loss), or whose state is damaged: processes, cgroups, the state folder. Containers"
          + " that live, that are stopped, or that another proa works on are not touched.",
      "",
      "Exit code: 0 if nothing is left, 1 if something is: with --dry-run all that was found."
    },
    footer = {"", "Examples:", "  proa gc --dry-run", "  proa --root /run/runc gc --json"})
final class GcCommand extends HelpOption implements Action {
  @Option(names = "--dry-run", description = "Only list what would be removed.")
  boolean dryRun;

  @Option(
      names = "--json",
      description =
          "Print an array of objects: id, problem, removed, and the reason if it was not.")
  boolean json;

  @Override
  public int run(Invocation invocation) {
    Gc gc = new Gc(invocation.kernel(), invocation.settings());
    List<Gc.Leftover> leftovers = gc.collect(dryRun);
    invocation.print(json ? json(leftovers) : table(invocation, leftovers));
    for (String warning : gc.warnings()) {
      invocation.warn(warning);
    }
    for (Gc.Leftover leftover : leftovers) {
      if (!leftover.removed()) {
        return 1;
      }
    }
    return 0;
  }

  private String table(Invocation invocation, List<Gc.Leftover> leftovers) {
    if (leftovers.isEmpty()) {
      return "nothing is left\n";
    }
    Screen screen = invocation.screen();
    Table table = new Table(screen).headings("ID", "RESULT", "PROBLEM");
    for (Gc.Leftover leftover : leftovers) {
      String reason = leftover.reason() == null ? "" : " (" + leftover.reason() + ")";
      table.row(
          Screen.printable(leftover.id()),
          leftover.removed() ? "removed" : dryRun ? "found" : "left",
          Screen.printable(leftover.problem() + reason));
    }
    return table.text();
  }

  private static String json(List<Gc.Leftover> leftovers) {
    JsonWriter json = JsonWriter.pretty();
    json.beginArray();
    for (Gc.Leftover leftover : leftovers) {
      json.beginObject();
      json.field("id", leftover.id());
      json.field("problem", leftover.problem());
      json.field("removed", leftover.removed());
      json.fieldIfPresent("reason", leftover.reason());
      json.endObject();
    }
    json.endArray();
    return json.line();
  }
}
