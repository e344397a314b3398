package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the shim does with the runtime when something goes wrong, and many at once. */
final class ContainerdShimIT {
  @RegisterExtension
  static final Caller CALLER = new Caller("containerd", "containerd", "ctr", "script");

  private static final List<String> NONE = List.of();

  private static Containerd containerd;
  private static Ctr ctr;

  @BeforeAll
  static void start() {
    containerd = Containerd.start(CALLER, "", "io.containerd.grpc.v1.cri");
    ctr = Ctr.withBusybox(CALLER, containerd);
  }

  @AfterAll
  static void stop() {
    if (containerd != null) {
      containerd.close();
    }
  }

  private static Task sleeping(String... options) {
    return ctr.start(List.of(options), "sleep", "600");
  }

  @Test
  @DisplayName("eight containers at once")
  void eight() {
    List<Execution> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String[] line = ctr.rmLine(NONE, "sh", "-c", "echo in; sleep 1; exit " + i);
      // Each a name of its own.
      for (int word = 0; word < line.length; word++) {
        line[word] = line[word].equals(CALLER.id("r")) ? CALLER.id("r" + i) : line[word];
      }
      all.add(ctr.begin(Launcher.Stdin.NULL, line));
    }
    for (int i = 0; i < 8; i++) {
      assertEquals("in", all.get(i).await().exits(i).text());
    }
  }

  @Test
  @DisplayName("a killed shim: containerd removes the container by delete --force")
  void killedShim() {
    try (Task task = sleeping()) {
      int pid = task.pid();
      List<Integer> shims = CALLER.processes("containerd-shim-runc-v2");
      assertEquals(1, shims.size());
      String socket = HostFiles.read(bundle(task.id()).resolve("address"));
      CALLER.run("kill", "-9", Integer.toString(shims.getFirst())).succeeds();
      Poll.until("end of the container", () -> !Path.of("/proc/" + pid).toFile().exists());
      task.await("NONE");
      assertEquals(
          NONE, HostFiles.list(containerd.runtimeRoot().resolve(CALLER.name())), containerd::log);
      // containerd leaves the socket of a shim that was killed.
      CALLER.run("rm", socket.replace("unix://", "")).succeeds();
    }
  }

  @Test
  @DisplayName("a shim killed while the runtime creates: nothing is left of a half-made container")
  void killedCreating() {
    for (int step = 0; step < 15; step++) {
      int delay = step * 7;
      String id = CALLER.id("k" + delay);
      Execution run = ctr.begin(Launcher.Stdin.NULL, ctr.detachedLine(id, "sleep", "600"));
      Path bundle = bundle(id);
      // It calls the runtime soon.
      Poll.until("the shim", () -> HostFiles.list(bundle).contains(bundle.resolve("address")));
      pause(delay);
      String socket = HostFiles.readOrEmpty(bundle.resolve("address"));
      for (int shim : CALLER.processes("-id " + id)) {
        CALLER.run("kill", "-9", Integer.toString(shim));
      }
      run.await();
      Poll.until("the end of its bundle", () -> HostFiles.list(bundle).isEmpty());
      ctr.run("tasks", "delete", "--force", id);
      ctr.run("containers", "delete", id).exits(0);
      CALLER.run("rm", "-f", socket.replace("unix://", ""));
    }
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("containerd restarts: the container lives on and can be used")
  void restart() {
    try (Task task = sleeping()) {
      containerd.restart();
      assertEquals("RUNNING", task.status());
      assertEquals("in", task.exec("echo", "in").succeeds().text());
    }
  }

  private static Path bundle(String id) {
    Path tasks = containerd.state().resolve("io.containerd.runtime.v2.task");
    return tasks.resolve(CALLER.name()).resolve(id);
  }

  @Test
  @DisplayName("the shim's log of the runtime is silent but for errors")
  void silent() {
    try (Task task = sleeping()) {
      Path bundle = bundle(task.id());
      assertEquals("", HostFiles.readOrEmpty(bundle.resolve("log.json")));
      assertEquals(Integer.toString(task.pid()), HostFiles.read(bundle.resolve("init.pid")));
      task.exec("no-such-program").exits(1);
      List<String> records = HostFiles.read(bundle.resolve("log.json")).lines().toList();
      JsonNode record = OciRuntime.json(records.getLast());
      assertEquals("error", record.path("level").asText());
      assertTrue(record.path("msg").asText().contains("no-such-program"));
      OffsetDateTime.parse(record.path("time").asText());
    }
  }
}
