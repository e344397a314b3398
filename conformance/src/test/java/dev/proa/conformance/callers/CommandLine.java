package dev.proa.conformance.callers;

import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line of a caller such as podman: its first words and environment, which every one of
 * its commands has.
 *
 * @param environment variables beside the caller's own
 */
public record CommandLine(Caller caller, List<String> words, Map<String, String> environment) {
  /** Waits at most a minute: engines start slowly on a busy machine. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Runs one command to its end. */
  public Result run(String... more) {
    return begin(Launcher.Stdin.NULL, more).await(LONGEST);
  }

  /** Runs one command, which must succeed, and returns its output. */
  public String output(String... more) {
    return run(more).exits(0).text();
  }

  /** Starts one command. */
  public Execution begin(Launcher.Stdin stdin, String... more) {
    return caller.begin(line(more), environment, stdin);
  }

  /** Starts one command at a terminal, that of script(1). Words with spaces are not possible. */
  public Execution beginAtTerminal(String... more) {
    return new CommandLine(
            caller,
            List.of("script", "-qec", String.join(" ", line(more)), "/dev/null"),
            terminal())
        .begin(Launcher.Stdin.PIPE);
  }

  private Map<String, String> terminal() {
    Map<String, String> all = new HashMap<>(environment);
    all.put("SHELL", "/bin/sh");
    all.put("TERM", "xterm");
    return all;
  }

  /** The whole line. */
  public List<String> line(String... more) {
    List<String> line = new ArrayList<>(words);
    line.addAll(List.of(more));
    return line;
  }
}
