package dev.proa.conformance.client;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A command that has been started. Its output goes to files, never to pipes: a container inherits
 * its creator's stdout, and a pipe would end only with the container.
 */
public final class Execution {
  private final List<String> command;
  private final Process process;
  private final Path stdout;
  private final Path stderr;

  Execution(List<String> command, Process process, Path stdout, Path stderr) {
    this.command = command;
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** The host's pid of the command. */
  public int pid() {
    return (int) process.pid();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGKILL to it and to what it started. */
  public void destroy() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Writes to its stdin; only for a command that was begun with {@link Launcher.Stdin#PIPE}. */
  public Execution type(String text) {
    try {
      OutputStream in = process.getOutputStream();
      in.write(text.getBytes(StandardCharsets.UTF_8));
      in.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes its stdin. */
  public void closeStdin() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it and its children have written to stdout so far. */
  public String stdout() {
    return read(stdout);
  }

  /** What it and its children have written to stderr so far. */
  public String stderr() {
    return read(stderr);
  }

  /** Waits until stdout is as wanted. */
  public String awaitStdout(Predicate<String> wanted) {
    return Poll.until(
        "stdout of " + String.join(" ", command), Duration.ofSeconds(20), this::stdout, wanted);
  }

  /** Waits for the end of the command, at most 30 seconds. */
  public Result await() {
    return await(Duration.ofSeconds(30));
  }

  /** Waits for the end of the command; fails and kills it when that takes longer. */
  public Result await(Duration timeout) {
    try {
      if (!process.waitFor(Poll.patient(timeout).toMillis(), TimeUnit.MILLISECONDS)) {
        destroy();
        fail(
            String.join(" ", command)
                + " still ran after "
                + timeout
                + "\nstdout: "
                + stdout()
                + "\nstderr: "
                + stderr());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new Result(command, process.exitValue(), stdout(), stderr());
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
