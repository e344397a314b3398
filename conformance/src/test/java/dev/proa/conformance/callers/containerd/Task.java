package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A container that {@code ctr run --detach} has started; closing it removes it. */
final class Task implements AutoCloseable {
  private static final Pattern EXIT_STATUS = Pattern.compile("exit with non-zero exit code (\\d+)");

  private final Ctr ctr;
  private final String id;

  Task(Ctr ctr, String id) {
    this.ctr = ctr;
    this.id = id;
  }

  String id() {
    return id;
  }

  /** The row of {@code ctr tasks list}: id, pid, status; empty where there is none. */
  private List<String> row() {
    for (String line : ctr.run("tasks", "list").exits(0).lines()) {
      List<String> words = List.of(line.trim().split("\\s+"));
      if (words.getFirst().equals(id)) {
        return words;
      }
    }
    return List.of(id, "0", "NONE");
  }

  /** The host's pid of its init. */
  int pid() {
    return Integer.parseInt(row().get(1));
  }

  /** RUNNING, PAUSED, STOPPED, or NONE where there is no such task. */
  String status() {
    return row().get(2);
  }

  /** Waits for a status. */
  Task await(String status) {
    Poll.until("status of " + id, Duration.ofSeconds(20), this::status, status::equals);
    return this;
  }

  /** {@code ctr tasks kill}. */
  Result kill(String... options) {
    return command("kill", options);
  }

  /** {@code ctr tasks COMMAND OPTIONS ID}. */
  Result command(String command, String... options) {
    List<String> all = new ArrayList<>(List.of("tasks", command));
    all.addAll(List.of(options));
    all.add(id);
    return ctr.run(all.toArray(String[]::new));
  }

  /** {@code ctr tasks delete}, which must succeed; returns the exit status of what it deletes. */
  int delete(String... options) {
    Matcher said = EXIT_STATUS.matcher(command("delete", options).exits(0).stderr());
    return said.find() ? Integer.parseInt(said.group(1)) : 0;
  }

  /** {@code ctr tasks exec}, attached, until it ends. */
  Result exec(String... program) {
    return execWith(List.of(), program);
  }

  /** {@code ctr tasks exec} with options, until it ends. */
  Result execWith(List<String> options, String... program) {
    return ctr.begin(Launcher.Stdin.NULL, execLine(options, program)).await();
  }

  /** {@code ctr tasks exec}, not waiting. */
  Execution beginExec(List<String> options, String... program) {
    return ctr.begin(Launcher.Stdin.NULL, execLine(options, program));
  }

  /** The arguments of {@code ctr tasks exec}; each process has an id of its own. */
  String[] execLine(List<String> options, String... program) {
    List<String> all = new ArrayList<>(List.of("tasks", "exec"));
    if (!options.contains("--exec-id")) {
      all.addAll(List.of("--exec-id", ctr.processId()));
    }
    all.addAll(options);
    all.add(id);
    all.addAll(List.of(program));
    return all.toArray(String[]::new);
  }

  /** Ends it with SIGKILL, and removes task, container and snapshot. */
  @Override
  public void close() {
    if (!List.of("STOPPED", "NONE").contains(status())) {
      kill("--signal", "SIGKILL", "--all").exits(0);
      await("STOPPED");
    }
    if (!status().equals("NONE")) {
      command("delete");
    }
    ctr.run("containers", "delete", id).exits(0);
    assertEquals("NONE", status());
  }
}
