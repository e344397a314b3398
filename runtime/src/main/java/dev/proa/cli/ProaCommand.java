package dev.proa.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line's root. */
@Command(
    name = "proa",
    description = "Run containers from OCI bundles (runtime-spec 1.3.0).",
    subcommands = {
      CreateCommand.class,
      RunCommand.class,
      StartCommand.class,
      ExecCommand.class,
      StateCommand.class,
      KillCommand.class,
      DeleteCommand.class,
      ListCommand.class,
      MountsCommand.class,
      CheckpointCommand.class,
      RestoreCommand.class,
      PsCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      UpdateCommand.class,
      EventsCommand.class,
      GcCommand.class,
      StatsCommand.class,
      SpecCommand.class,
      ValidateCommand.class,
      AuditCommand.class,
      DoctorCommand.class,
      FeaturesCommand.class,
      ExplainCommand.class,
      SeccompCommand.class,
      HelpCommand.class,
    },
    footer = {
      "",
      "Example:",
      "  mkdir -p bundle/rootfs && cd bundle   # put a root file system into rootfs",
      "  proa spec                             # writes config.json",
      "  proa run first                        # runs it",
    })
final class ProaCommand implements Action {
  @Mixin GlobalOptions global = new GlobalOptions();

  @Option(
      names = {"-v", "--version"},
      description = "Print the version.")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  boolean help;

  @Override
  public int run(Invocation invocation) {
    if (version) {
      invocation.print(Version.text(invocation.calledAs()));
      return 0;
    }
    invocation.print(invocation.usage());
    return 0;
  }
}
