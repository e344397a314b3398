package dev.proa.conformance.callers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The configuration that README.md shows for a caller, so that what it says is what was tested. */
public final class Readme {
  /** The path that stands in README.md where a test has the runtime under test. */
  public static final String EXECUTABLE = "/usr/bin/proa";

  private static final Pattern BLOCK =
      Pattern.compile("^```\\w+\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  private Readme() {}

  /** The fenced block that has this text in it, and it alone; skips where there is no README.md. */
  public static String block(String text) {
    Path readme = Path.of("..", "README.md");
    assumeTrue(Files.exists(readme), "no README.md here");
    return BLOCK
        .matcher(HostFiles.read(readme))
        .results()
        .map((MatchResult found) -> found.group(1))
        .filter(block -> block.contains(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no block with " + text + " in README.md"));
  }
}
