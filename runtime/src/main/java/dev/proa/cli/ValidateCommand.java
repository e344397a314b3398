package dev.proa.cli;

import dev.proa.diagnosis.Finding;
import dev.proa.diagnosis.Finding.Severity;
import dev.proa.operation.Validate;
import dev.proa.spec.JsonWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code validate}: everything that is wrong with a bundle, as a compiler says it. */
@Command(
    name = "validate",
    description = {
      "Say everything that is wrong with a bundle: its config.json, its root file system, and what"
          + " this host cannot do. Nothing is made or started.",
      "Exit code: 0 if a container can be made of it, 1 if not, 2 if it cannot be read."
    },
    footer = {
      "",
      "Examples:",
      "  proa validate -b /srv/web",
      "  proa validate --config-only --json config.json"
    })
final class ValidateCommand extends HelpOption implements Action {
  @Mixin BundleOption bundle = new BundleOption();

  @Option(
      names = "--config-only",
      description = "Leave out the root file system and this host: the same answer everywhere.")
  boolean configOnly;

  @Option(names = "--strict", description = "Let warnings fail too.")
  boolean strict;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "A config by another name; its folder is the bundle.")
  String file;

  @Override
  public int run(Invocation invocation) {
    String given = bundle.folder;
    String folder = given.isEmpty() || given.endsWith("/") ? given : given + "/";
    String name = file == null ? folder + "config.json" : file;
    Validate.Result result =
        new Validate(invocation.kernel()).validate(invocation.absolute(name), name, configOnly);
    int errors = result.count(Severity.ERROR);
    int warnings = result.count(Severity.WARNING);
    if (json) {
      invocation.print(json(result));
    } else {
      Screen screen = invocation.screen();
      invocation.print(text(screen, result) + summary(name, errors, warnings) + "\n");
    }
    return errors > 0 || (strict && warnings > 0) ? 1 : 0;
  }

  @Override
  public int failure() {
    return 2;
  }

  private static String summary(String name, int errors, int warnings) {
    String counted =
        (errors == 0 ? "" : errors + (errors == 1 ? " error" : " errors"))
            + (errors == 0 || warnings == 0 ? "" : ", ")
            + (warnings == 0 ? "" : warnings + (warnings == 1 ? " warning" : " warnings"));
    return name + ": " + (counted.isEmpty() ? "valid" : counted);
  }

  private static String text(Screen screen, Validate.Result result) {
    StringBuilder text = new StringBuilder();
    for (Validate.Item item : result.items()) {
      boolean error = item.severity() == Severity.ERROR;
      String place =
          result.file() + ":" + item.violation().line() + ":" + item.violation().column() + ":";
      String path = item.violation().path();
      text.append(screen.paint(Screen.Style.BOLD, place)).append(' ');
      text.append(error ? "" : screen.paint(Screen.Style.YELLOW, "warning: "));
      text.append(path.isEmpty() ? "" : screen.paint(Screen.Style.CYAN, path + ": "));
      String message = Screen.printable(item.violation().message());
      text.append(error ? screen.paint(Screen.Style.RED, message) : message).append('\n');
      SourceLine.append(
          text, screen, result.text(), item.violation().line(), item.violation().column());
      if (item.help() != null) {
        text.append("  help: ").append(Screen.printable(item.help())).append('\n');
      }
    }
    return text.toString();
  }

  private static String json(Validate.Result result) {
    JsonWriter json = JsonWriter.pretty();
    json.beginObject();
    json.field("file", result.file());
    json.field("valid", result.count(Finding.Severity.ERROR) == 0);
    json.field("errors", result.count(Severity.ERROR));
    json.field("warnings", result.count(Severity.WARNING));
    json.beginArray("findings");
    for (Validate.Item item : result.items()) {
      json.beginObject();
      json.field("severity", item.severity().toString());
      json.field("line", item.violation().line());
      json.field("column", item.violation().column());
      json.field("pointer", item.violation().pointer());
      json.field("path", item.violation().path());
      json.field("message", item.violation().message());
      json.fieldIfPresent("help", item.help());
      json.endObject();
    }
    json.endArray();
    json.endObject();
    return json.line();
  }
}
