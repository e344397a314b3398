package dev.proa.cli;

import dev.proa.operation.WriteSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spec}: writes a config.json to start from. */
@Command(
    name = "spec",
    description = "Write a config.json to start from.",
    footer = {"", "Example:", "  proa spec --bundle /srv/web"})
final class SpecCommand extends HelpOption implements Action {
  @Option(
      names = {"-b", "--bundle"},
      paramLabel = "DIR",
      defaultValue = "",
      description = "The bundle folder (default: the working directory).")
  String bundle;

  @Option(names = "--rootless", description = "Write one for an unprivileged user.")
  boolean rootless;

  @Override
  public int run(Invocation invocation) {
    new WriteSpec(invocation.kernel()).write(bundle, rootless);
    return 0;
  }
}
