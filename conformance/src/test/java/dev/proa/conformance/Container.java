package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A container that {@code create} or {@code run -d} has made. */
public final class Container {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private final OciRuntime runtime;
  private final String id;
  private final Bundle bundle;
  private final Execution creation;

  Container(OciRuntime runtime, String id, Bundle bundle, Execution creation) {
    this.runtime = runtime;
    this.id = id;
    this.bundle = bundle;
    this.creation = creation;
  }

  /** Its id. */
  public String id() {
    return id;
  }

  /** Its bundle. */
  public Bundle bundle() {
    return bundle;
  }

  /** {@code state} as JSON. */
  public JsonNode state() {
    return runtime.stateOf(id);
  }

  /** The status that {@code state} tells. */
  public String status() {
    return state().path("status").asText();
  }

  /** The pid that {@code state} tells. */
  public int pid() {
    return state().path("pid").asInt();
  }

  /** {@code start}, which must succeed. */
  public Container start() {
    runtime.start(id).succeeds();
    return this;
  }

  /** {@code kill}, which must succeed. */
  public Container kill(String signal) {
    runtime.kill(id, signal).succeeds();
    return this;
  }

  /** {@code delete}, which must succeed. */
  public void delete() {
    // A stopped process may still be leaving its cgroup: runc then warns that it tries again.
    String stderr =
        runtime
            .delete(id)
            .exits(0)
            .stderr()
            .lines()
            .filter(line -> !line.contains("Failed to remove cgroup (will retry)"))
            .collect(Collectors.joining("\n"));
    assertEquals("", stderr);
  }

  /** Waits until {@code state} tells this status. */
  public Container await(String status) {
    Poll.until("status of " + id, Duration.ofSeconds(20), this::status, status::equals);
    return this;
  }

  /** Starts it, waits for its end and returns what it has written to stdout. */
  public String output() {
    start().await("stopped");
    return creation.stdout();
  }

  /** What it has written to stdout so far. */
  public String stdout() {
    return creation.stdout();
  }

  /** What it has written to stderr so far. */
  public String stderr() {
    return creation.stderr();
  }

  /** A file of its init process in the host's procfs. */
  public String proc(String file) {
    return HostFiles.read("/proc/" + pid() + "/" + file);
  }

  /** Its init process's cgroup in the hierarchy of a controller, or in the one of cgroups v2. */
  public Path cgroup(String controller) {
    boolean unified = isUnified();
    for (String line : proc("cgroup").lines().toList()) {
      String[] fields = line.split(":", 3);
      if (unified && fields[1].isEmpty()) {
        return CGROUPS.resolve(fields[2].substring(1));
      }
      if (List.of(fields[1].split(",")).contains(controller)) {
        return CGROUPS.resolve(controller).resolve(fields[2].substring(1));
      }
    }
    throw new AssertionError("no cgroup of " + controller + ": " + proc("cgroup"));
  }

  /** The value of a cgroup file, named as in version 1 and as in version 2. */
  public String limit(String controller, String v1, String v2) {
    return HostFiles.read(cgroup(controller).resolve(isUnified() ? v2 : v1)).strip();
  }

  /** Whether this machine has cgroups v2 only. */
  public static boolean isUnified() {
    return Files.exists(CGROUPS.resolve("cgroup.controllers"));
  }
}
