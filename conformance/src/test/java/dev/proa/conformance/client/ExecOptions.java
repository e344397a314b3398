package dev.proa.conformance.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Options of {@code exec}; null or false leaves an option out. */
public record ExecOptions(Path process, String user, String cwd, boolean detach, Path pidFile) {
  /** No option. */
  public static ExecOptions none() {
    return new ExecOptions(null, null, null, false, null);
  }

  List<String> arguments() {
    List<String> all = new ArrayList<>();
    if (process != null) {
      all.addAll(List.of("--process", process.toString()));
    }
    if (user != null) {
      all.addAll(List.of("--user", user));
    }
    if (cwd != null) {
      all.addAll(List.of("--cwd", cwd));
    }
    if (detach) {
      all.add("--detach");
    }
    if (pidFile != null) {
      all.addAll(List.of("--pid-file", pidFile.toString()));
    }
    return all;
  }
}
