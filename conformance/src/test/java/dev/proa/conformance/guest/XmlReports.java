package dev.proa.conformance.guest;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes {@code TEST-vm.CLASS.xml} as surefire does, one element a line, after each class; and a
 * line for each test to a stream. Classes are named {@code vm.…}, to be told from the host's runs.
 */
final class XmlReports implements TestExecutionListener {
  private static final String PREFIX = "vm.";

  private final Path folder;
  private final PrintStream progress;
  private final Map<String, Long> started = new HashMap<>();
  private final Map<String, Suite> suites = new TreeMap<>();
  private int tests;
  private int failures;

  /** What one class has reported. */
  private static final class Suite {
    private final StringBuilder cases = new StringBuilder();
    private int tests;
    private int failed;
    private int skipped;
    private double seconds;
  }

  XmlReports(Path folder, PrintStream progress) {
    this.folder = folder;
    this.progress = progress;
  }

  int tests() {
    return tests;
  }

  int failures() {
    return failures;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    started.put(test.getUniqueId(), System.nanoTime());
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    report(test, "skipped", reason, "");
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Throwable thrown = result.getThrowable().orElse(null);
    if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
      if (test.isTest()) {
        report(test, null, "", "");
      }
      return;
    }
    String message = thrown == null ? "" : String.valueOf(thrown.getMessage());
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      report(test, "skipped", message.replaceFirst("^Assumption failed: ", ""), "");
      return;
    }
    StringWriter trace = new StringWriter();
    if (thrown != null) {
      thrown.printStackTrace(new PrintWriter(trace));
    }
    report(test, "failure", message, trace.toString());
  }

  /** Also a class as a whole can fail or be skipped. */
  private void report(TestIdentifier test, String element, String message, String detail) {
    String type = className(test);
    String name = type.substring(type.lastIndexOf('.') + 1) + "." + name(test);
    double seconds =
        (System.nanoTime() - started.getOrDefault(test.getUniqueId(), System.nanoTime())) / 1e9;
    Suite suite = suites.computeIfAbsent(type, key -> new Suite());
    tests++;
    suite.tests++;
    suite.seconds += seconds;
    suite.cases.append(
        "  <testcase name=\"%s\" classname=\"%s\" time=\"%.3f\"%s>\n"
            .formatted(
                escape(name(test)), escape(PREFIX + type), seconds, element == null ? "/" : ""));
    if (element != null) {
      suite
          .cases
          .append("    <")
          .append(element)
          .append(" message=\"")
          .append(escape(message))
          .append("\">")
          .append(escape(detail).replace("&#10;", "\n"))
          .append("</")
          .append(element)
          .append(">\n  </testcase>\n");
    }
    String word = "passed ";
    if ("failure".equals(element)) {
      suite.failed++;
      failures++;
      word = "FAILED ";
    } else if (element != null) {
      suite.skipped++;
      word = "skipped";
    }
    progress.printf("%s %6.1f s  %s%n", word, seconds, name);
    if (element != null) {
      progress.println("    " + message.strip().replace("\n", "\n    "));
    }
  }

  private static String className(TestIdentifier test) {
    return test.getSource()
        .map(
            source ->
                source instanceof MethodSource method
                    ? method.getClassName()
                    : source instanceof ClassSource type ? type.getClassName() : "")
        .orElse(test.getUniqueId());
  }

  private static String name(TestIdentifier test) {
    String method =
        test.getSource()
            .map(source -> source instanceof MethodSource of ? of.getMethodName() : "")
            .orElse("");
    String shown = test.getDisplayName();
    return shown.startsWith(method + "(") ? method : method + shown;
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    suites.forEach(this::write);
  }

  private void write(String type, Suite suite) {
    String text =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="%s" time="%.3f" tests="%d" errors="0" skipped="%d" failures="%d">
        %s</testsuite>
        """
            .formatted(
                escape(PREFIX + type),
                suite.seconds,
                suite.tests,
                suite.skipped,
                suite.failed,
                suite.cases);
    try {
      Files.writeString(folder.resolve("TEST-" + PREFIX + type + ".xml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '&' -> escaped.append("&amp;");
        case '"' -> escaped.append("&quot;");
        case '\n' -> escaped.append("&#10;");
        case '\t' -> escaped.append(' ');
        default -> escaped.append(c < ' ' ? '?' : c);
      }
    }
    return escaped.toString();
  }
}
