package dev.proa.cli;

import picocli.CommandLine.Option;

/** The {@code --help} of every command. */
class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  boolean help;
}
