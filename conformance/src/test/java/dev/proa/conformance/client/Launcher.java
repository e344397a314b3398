package dev.proa.conformance.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts host processes in one folder and remembers them, so that none outlives its test. */
public final class Launcher {
  /** Where a command's stdin comes from. */
  public enum Stdin {
    /** {@code /dev/null}. */
    NULL,
    /** A pipe from the test. */
    PIPE
  }

  private final Path folder;
  private final Map<String, String> environment;
  private final List<Execution> started = new ArrayList<>();

  /**
   * @param folder where output files go; also the working folder of what is started
   * @param environment the whole environment of what is started
   */
  public Launcher(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = Map.copyOf(environment);
  }

  /** The environment that commands get by default. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Everything started so far. */
  public List<Execution> started() {
    return List.copyOf(started);
  }

  /** Runs a host command to its end. */
  public Result run(String... command) {
    return begin(List.of(command), Map.of(), Stdin.NULL).await();
  }

  /**
   * Starts a command.
   *
   * @param more variables beside the launcher's own
   */
  public Execution begin(List<String> command, Map<String, String> more, Stdin stdin) {
    Path stdout = folder.resolve("out." + started.size());
    Path stderr = folder.resolve("err." + started.size());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    if (stdin == Stdin.NULL) {
      builder.redirectInput(Path.of("/dev/null").toFile());
    }
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    builder.environment().clear();
    builder.environment().putAll(all);
    try {
      Files.createFile(stdout);
      Files.createFile(stderr);
      Execution execution = new Execution(command, builder.start(), stdout, stderr);
      started.add(execution);
      return execution;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
