import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes the manual pages and shell completions from the command line's own model, so that they
 * cannot say anything else. Run by hack/package: java -cp CLASSES:PICOCLI Manual.java FOLDER VERSION
 */
final class Manual {
  private static final String ROOT = "dev.proa.cli.ProaCommand";

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    var constructor = Class.forName(ROOT).getDeclaredConstructor();
    constructor.setAccessible(true);
    CommandLine commands = new CommandLine(constructor.newInstance());
    CommandSpec root = commands.getCommandSpec();
    page(folder, root, root.name(), args[1]);
    for (CommandLine command : shown(root)) {
      page(folder, command.getCommandSpec(), root.name() + "-" + command.getCommandName(), args[1]);
    }
    write(
        folder.resolve("bash-completion/completions").resolve(root.name()),
        AutoComplete.bash(root.name(), commands));
    write(folder.resolve("zsh/site-functions/_" + root.name()), zsh(root));
  }

  private static List<CommandLine> shown(CommandSpec spec) {
    return spec.subcommands().values().stream()
        .distinct()
        .filter(command -> !command.getCommandSpec().usageMessage().hidden())
        .toList();
  }

  private static List<OptionSpec> options(CommandSpec spec) {
    return spec.options().stream().filter(option -> !option.hidden()).toList();
  }

  private static String sentence(String[] lines) {
    return String.join(" ", lines).strip();
  }

  // ---- manual pages: roff, man(7) ----

  private static void page(Path folder, CommandSpec spec, String name, String version)
      throws IOException {
    StringBuilder out = new StringBuilder();
    out.append(".TH ").append(name.toUpperCase(Locale.ROOT)).append(" 8 \"\" \"proa ");
    out.append(version).append("\" \"System administration\"\n.SH NAME\n");
    String what = sentence(spec.usageMessage().description());
    out.append(roff(name + " - " + what.replaceFirst("\\.$", ""))).append('\n');
    out.append(".SH SYNOPSIS\n.B ").append(roff(name.replace('-', ' '))).append('\n');
    out.append("[\\fIoptions\\fR]");
    for (PositionalParamSpec positional : spec.positionalParameters()) {
      String label = "\\fI" + roff(positional.paramLabel()) + "\\fR";
      out.append(' ').append(positional.required() ? label : "[" + label + "]");
    }
    if (!spec.subcommands().isEmpty()) {
      out.append(" \\fIcommand\\fR ...");
    }
    out.append('\n');
    if (!spec.subcommands().isEmpty()) {
      out.append(".SH COMMANDS\n");
      for (CommandLine command : shown(spec)) {
        String about = sentence(command.getCommandSpec().usageMessage().description());
        item(out, name + "-" + command.getCommandName() + "(8)", about);
      }
    }
    if (!spec.positionalParameters().isEmpty()) {
      out.append(".SH ARGUMENTS\n");
      for (PositionalParamSpec positional : spec.positionalParameters()) {
        item(out, positional.paramLabel(), sentence(positional.description()));
      }
    }
    out.append(".SH OPTIONS\n");
    for (OptionSpec option : options(spec)) {
      String names = String.join(", ", option.names());
      String value = takesValue(option) ? " " + option.paramLabel() : "";
      item(out, names + value, sentence(option.description()));
    }
    String[] footer = spec.usageMessage().footer();
    if (footer.length > 0) {
      out.append(".SH EXAMPLE\n.nf\n");
      for (String line : footer) {
        if (!line.isBlank() && !line.equals("Example:")) {
          out.append(roff(line.strip())).append('\n');
        }
      }
      out.append(".fi\n");
    }
    if (spec.parent() != null) {
      out.append(".SH SEE ALSO\n.BR ").append(spec.parent().name()).append(" (8)\n");
    }
    write(folder.resolve("man/man8/" + name + ".8"), out.toString());
  }

  private static void item(StringBuilder out, String term, String about) {
    out.append(".TP\n.B ").append(roff(term)).append('\n').append(roff(about)).append('\n');
  }

  private static String roff(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  private static boolean takesValue(ArgSpec option) {
    return option.arity().max() > 0;
  }

  // ---- zsh ----

  private static String zsh(CommandSpec root) {
    String name = root.name();
    StringBuilder out = new StringBuilder("#compdef ").append(name).append("\n\n");
    out.append("local -a commands ids\nlocal state line\ncommands=(\n");
    for (CommandLine command : shown(root)) {
      String about = sentence(command.getCommandSpec().usageMessage().description());
      out.append("  ").append(quoted(command.getCommandName() + ":" + about)).append('\n');
    }
    out.append(")\n_arguments -C \\\n");
    zshOptions(out, root);
    out.append("  '1: :->command' '*:: :->arguments' && return\n");
    out.append("case $state in\n  command) _describe command commands ;;\n");
    out.append("  arguments)\n    ids=(${(f)\"$(_call_program ids ").append(name);
    out.append(" list --quiet 2>/dev/null)\"})\n    case $words[1] in\n");
    for (CommandLine command : shown(root)) {
      out.append("      ").append(command.getCommandName()).append(") _arguments \\\n");
      zshOptions(out, command.getCommandSpec());
      boolean takesId =
          command.getCommandSpec().positionalParameters().stream()
              .anyMatch(positional -> positional.paramLabel().contains("ID"));
      out.append(takesId ? "  '1:id:($ids)' ;;\n" : "  ;;\n");
    }
    return out.append("    esac ;;\nesac\n").toString();
  }

  private static void zshOptions(StringBuilder out, CommandSpec spec) {
    for (OptionSpec option : options(spec)) {
      for (String name : option.names()) {
        String about = sentence(option.description()).replace("[", "(").replace("]", ")");
        String label = option.paramLabel();
        String kind =
            label.equals("DIR") ? "_files -/" : label.matches("FILE|SOCKET") ? "_files" : "";
        String value = takesValue(option) ? ":" + label.toLowerCase(Locale.ROOT) + ":" + kind : "";
        out.append("  ").append(quoted(name + "[" + about.replace(":", "\\:") + "]" + value));
        out.append(" \\\n");
      }
    }
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
