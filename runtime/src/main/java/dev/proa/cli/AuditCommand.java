package dev.proa.cli;

import dev.proa.audit.Grade;
import dev.proa.operation.Audit;
import dev.proa.operation.OperationException;
import dev.proa.spec.JsonWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit}: what stands between a container and its host. */
@Command(
    name = "audit",
    description = {
      "Say what a container could reach of its host, graded, with the line of the config that"
          + " causes it; of a running container also what it has that its config does not give it.",
      "Exit code: 0; 2 with --fail-on if something is of that grade or worse; 1 if it cannot be"
          + " read."
    },
    footer = {
      "",
      "Examples:",
      "  proa audit web",
      "  proa audit --bundle /srv/web --fail-on high   # a gate in a pipeline",
      "  proa audit --json web | jq '.exposures[] | select(.live)'"
    })
final class AuditCommand extends HelpOption implements Action {
  @Option(
      names = {"-b", "--bundle"},
      paramLabel = "DIR",
      description = "A bundle instead of a container (default without ID: the working directory).")
  String bundle;

  @Option(
      names = "--fail-on",
      paramLabel = "GRADE",
      description = "critical, high, medium, low or info: exit with 2 from that grade on.")
  String failOn;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Parameters(arity = "0..1", paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    Grade limit = failOn == null ? null : Grade.of(failOn);
    if (failOn != null && limit == null) {
      throw new OperationException(
          "invalid grade \"" + failOn + "\": not critical, high, medium, low or info");
    }
    if (id != null && bundle != null) {
      throw new OperationException("a container and a bundle are named: audit one of them");
    }
    Audit audit = new Audit(invocation.kernel(), invocation.settings());
    Audit.Result result =
        id != null
            ? audit.container(id)
            : audit.bundle(invocation.absolute(bundle == null ? "." : bundle));
    Screen screen = invocation.screen();
    invocation.print(json ? json(result) : text(screen, result));
    boolean fails = false;
    for (Audit.Item item : result.items()) {
      fails |= limit != null && item.exposure().grade().compareTo(limit) >= 0;
    }
    return fails ? 2 : 0;
  }

  private static String text(Screen screen, Audit.Result result) {
    Table table = new Table(screen);
    for (Audit.Item item : result.items()) {
      String grade = screen.paint(style(item.exposure().grade()), item.exposure().grade() + "");
      String message = Screen.printable(item.exposure().message());
      table.row(
          grade,
          ":" + item.place().line(),
          Screen.printable(item.place().path()),
          item.exposure().live() ? "drift: " + message : message);
    }
    StringBuilder counted = new StringBuilder();
    for (Grade grade : Grade.values()) {
      int count = result.count(grade);
      if (count > 0) {
        counted.insert(0, count + " " + grade + (counted.isEmpty() ? "" : ", "));
      }
    }
    return table.text()
        + result.file()
        + ": "
        + (counted.isEmpty() ? "nothing found" : counted)
        + "\n";
  }

  private static Screen.Style style(Grade grade) {
    return switch (grade) {
      case CRITICAL, HIGH -> Screen.Style.RED;
      case MEDIUM -> Screen.Style.YELLOW;
      case LOW -> Screen.Style.CYAN;
      case INFO -> Screen.Style.DIM;
    };
  }

  private static String json(Audit.Result result) {
    JsonWriter json = JsonWriter.pretty().beginObject();
    json.field("file", result.file()).field("live", result.live());
    for (Grade grade : Grade.values()) {
      json.field(grade.toString(), result.count(grade));
    }
    json.beginArray("exposures");
    for (Audit.Item item : result.items()) {
      json.beginObject().field("grade", item.exposure().grade().toString());
      json.field("live", item.exposure().live());
      json.field("line", item.place().line()).field("column", item.place().column());
      json.field("pointer", item.exposure().pointer()).field("path", item.place().path());
      json.field("message", item.exposure().message()).endObject();
    }
    json.endArray().endObject();
    return json.line();
  }
}
