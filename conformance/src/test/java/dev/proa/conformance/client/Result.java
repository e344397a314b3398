package dev.proa.conformance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a finished command left.
 *
 * @param exit the exit status, 128 + n after signal n
 */
public record Result(List<String> command, int exit, String stdout, String stderr) {
  private static final Pattern LOGRUS =
      Pattern.compile("level=error msg=(\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)");

  /** Asserts exit status 0 and, as callers such as conmon need it, an empty stderr. */
  public Result succeeds() {
    assertEquals(0, exit, this::toString);
    assertEquals("", stderr, this::toString);
    return this;
  }

  /** Asserts the exit status only: the container's own process may have written to stderr. */
  public Result exits(int status) {
    assertEquals(status, exit, this::toString);
    return this;
  }

  /** The lines of stdout, without the last line's end. */
  public List<String> lines() {
    return stdout.lines().toList();
  }

  /** Stdout without the white space around it. */
  public String text() {
    return stdout.strip();
  }

  /**
   * The error's text: the message of the last log record on stderr (runc's form without {@code
   * --log}), else the last line of stderr.
   */
  public String error() {
    Matcher record = LOGRUS.matcher(stderr);
    String message = null;
    while (record.find()) {
      message = record.group(1);
    }
    if (message != null) {
      return message.startsWith("\"") ? unquoted(message) : message;
    }
    List<String> lines = stderr.strip().lines().toList();
    return lines.isEmpty() ? "" : lines.getLast();
  }

  private static String unquoted(String quoted) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < quoted.length() - 1; i++) {
      char c = quoted.charAt(i);
      if (c == '\\') {
        i++;
        c = quoted.charAt(i);
        c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
      }
      text.append(c);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return String.join(" ", command)
        + "\nexit "
        + exit
        + "\nstdout: "
        + stdout
        + "\nstderr: "
        + stderr;
  }
}
