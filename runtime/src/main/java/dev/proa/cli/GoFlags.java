package dev.proa.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Go's flag forms. Go knows one dash and two as the same: {@code -no-subreaper} and {@code
 * --no-subreaper}; go-runc sends the first. A boolean may carry a value ({@code --rootless=false}).
 * Options end at the first positional argument.
 */
final class GoFlags {
  private GoFlags() {}

  /** The arguments in picocli's form. */
  static String[] normalize(CommandSpec root, String[] args) {
    List<String> normal = new ArrayList<>(args.length);
    CommandSpec command = root;
    int i = 0;
    while (i < args.length) {
      String arg = args[i++];
      if (arg.length() < 2 || arg.charAt(0) != '-') {
        normal.add(arg);
        var subcommand = command.subcommands().get(arg);
        if (subcommand == null) {
          break;
        }
        command = subcommand.getCommandSpec();
        continue;
      }
      if (arg.equals("--")) {
        normal.add(arg);
        break;
      }
      int equals = arg.indexOf('=');
      String name = equals < 0 ? arg : arg.substring(0, equals);
      if (name.length() > 2 && name.charAt(1) != '-') {
        name = "-" + name;
      } else if (name.length() == 3 && name.startsWith("--")) {
        name = name.substring(1); // --b is -b to Go
      }
      OptionSpec option = command.findOption(name);
      normal.add(equals < 0 ? name : name + arg.substring(equals));
      boolean takesNext = option != null && equals < 0 && option.arity().min() > 0;
      if (takesNext && i < args.length) {
        normal.add(args[i++]);
      }
    }
    while (i < args.length) {
      normal.add(args[i++]);
    }
    return normal.toArray(new String[0]);
  }
}
