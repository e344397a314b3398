package dev.proa.cli;

import picocli.CommandLine.Option;

/** The {@code --bundle} of the commands that read a bundle, or write one. */
final class BundleOption {
  @Option(
      names = {"-b", "--bundle"},
      paramLabel = "DIR",
      defaultValue = "",
      description = "The bundle folder (default: the working directory).")
  String folder;
}
