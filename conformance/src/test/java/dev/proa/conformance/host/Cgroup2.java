package dev.proa.conformance.host;

import dev.proa.conformance.client.Poll;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One cgroup of a machine that has cgroup v2 only. */
public record Cgroup2(Path folder) {
  private static final Path TOP = Path.of("/sys/fs/cgroup");

  /** Whether this machine has cgroup v2 only, with its usual controllers. */
  public static boolean isComplete() {
    List<String> controllers =
        List.of(HostFiles.readOrEmpty(TOP.resolve("cgroup.controllers")).strip().split(" "));
    return controllers.containsAll(List.of("cpu", "cpuset", "io", "memory", "pids"));
  }

  /** The cgroup of a process. */
  public static Cgroup2 of(int pid) {
    String line = HostFiles.read("/proc/" + pid + "/cgroup").strip();
    return new Cgroup2(TOP.resolve(line.substring("0::/".length())));
  }

  /** The cgroup at a path as a config gives it. */
  public static Cgroup2 at(String cgroupsPath) {
    return new Cgroup2(TOP.resolve(cgroupsPath.substring(1)));
  }

  /** A file's text, without white space around it. */
  public String read(String file) {
    return HostFiles.read(folder.resolve(file)).strip();
  }

  /** A number of a file of lines {@code KEY NUMBER}. */
  public long read(String file, String key) {
    for (String line : read(file).lines().toList()) {
      if (line.startsWith(key + " ")) {
        return Long.parseLong(line.substring(key.length() + 1));
      }
    }
    throw new AssertionError("no " + key + " in " + folder.resolve(file));
  }

  /** Writes a file. */
  public void write(String file, String text) {
    HostFiles.write(folder.resolve(file), text);
  }

  /** Waits until such a number is at least as large. */
  public void await(String file, String key, long least) {
    Poll.until(
        folder + "/" + file + " " + key,
        Duration.ofSeconds(20),
        () -> read(file, key),
        n -> n >= least);
  }

  /** Whether it is there. */
  public boolean exists() {
    return Files.exists(folder);
  }

  /** The owner of a file in it; an empty name is the directory. */
  public int owner(String file) {
    return HostFiles.uid(folder.resolve(file));
  }
}
