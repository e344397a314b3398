package dev.proa.cli;

import picocli.CommandLine.Option;

/** The {@code --timeline} of the commands that bring a process up. */
final class TimelineOption {
  @Option(
      names = "--timeline",
      paramLabel = "FILE",
      description =
          "Write each phase and kernel call with its time to FILE: as Chrome trace events, or as"
              + " OTLP JSON where FILE ends in .otlp.json.")
  String timeline;
}
