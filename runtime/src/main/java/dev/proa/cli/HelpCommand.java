package dev.proa.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code help}: the help of a command by its name. */
@Command(
    name = "help",
    aliases = "h",
    description = "Print the help of a command.",
    footer = {"", "Example:", "  proa help update"})
final class HelpCommand extends HelpOption implements Action {
  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command's name.")
  String topic;

  @Override
  public int run(Invocation invocation) {
    if (topic == null) {
      invocation.print(invocation.rootUsage());
      return 0;
    }
    CommandLine found = invocation.commandNamed(topic);
    if (found == null) {
      return Usage.unknownTopic(invocation, topic);
    }
    invocation.print(found.getUsageMessage(CommandLine.Help.Ansi.OFF));
    return 0;
  }
}
