package com.oracle.svm.hosted;

/**
 * Stands in for the image builder's class of this name, which loads a C library that only GraalVM
 * distributions have: the terminal's width and the builder's memory, for its progress report.
 */
public final class ProgressReporterCHelper {
  static final int MAX_CHARACTERS_PER_LINE = 120;

  private ProgressReporterCHelper() {}

  public static int getTerminalWindowColumnsClamped() {
    return MAX_CHARACTERS_PER_LINE;
  }

  public static int getTerminalWindowColumns() {
    return MAX_CHARACTERS_PER_LINE;
  }

  /** Unknown. */
  public static long getPeakRSS() {
    return -1;
  }
}
