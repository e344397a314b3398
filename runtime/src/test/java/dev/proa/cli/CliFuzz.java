package dev.proa.cli;

import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Fuzz targets of what this package reads. */
public final class CliFuzz {
  private CliFuzz() {}

  /** Durations as Go writes them. */
  public static void duration(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      new GoDuration().convert(text);
    } catch (CommandLine.TypeConversionException e) {
      return;
    }
    if (!text.matches("[-+]?(0|([0-9]*\\.?[0-9]*(ns|us|µs|μs|ms|s|m|h))+)")) {
      throw new AssertionError("taken for a duration: " + text);
    }
  }
}
