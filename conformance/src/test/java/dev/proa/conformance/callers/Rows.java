package dev.proa.conformance.callers;

import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The results of one caller on one runtime, a row a scenario: {@code scenario TAB result TAB note}.
 * A scenario that runs again replaces its row, so that a single test can be repeated.
 */
final class Rows {
  private static final int LONGEST_NOTE = 160;

  private final Path file;

  Rows(String caller, String runtime) {
    this.file = Path.of("target", "callers", caller + "-" + runtime + ".tsv").toAbsolutePath();
  }

  /**
   * Writes one row.
   *
   * @param result passed, failed or skipped
   * @param note a reason, a measurement, or nothing; its first line is kept
   */
  void put(String scenario, String result, String note) {
    Map<String, String> rows = new LinkedHashMap<>();
    HostFiles.readOrEmpty(file).lines().forEach(row -> rows.put(row.split("\t", 2)[0], row));
    rows.put(scenario, scenario + "\t" + result + "\t" + firstLine(note));
    HostFiles.write(file, String.join("\n", rows.values()) + "\n");
  }

  private static String firstLine(String note) {
    String line = note.lines().findFirst().orElse("").replace('\t', ' ').strip();
    return line.length() <= LONGEST_NOTE ? line : line.substring(0, LONGEST_NOTE) + "…";
  }
}
