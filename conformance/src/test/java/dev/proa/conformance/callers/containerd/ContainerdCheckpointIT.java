package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.CgroupFiles;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code ctr} checkpoints and restores through the shim, where CRIU works: the shim pauses the
 * container before, and gives the restored one new pipes. Images below {@code --image-path} are
 * restored by no command of ctr 1.6; those in a checkpoint's image are.
 */
final class ContainerdCheckpointIT {
  @RegisterExtension
  static final Caller CALLER = new Caller("containerd-checkpoint", "containerd", "ctr", "criu");

  private static final List<String> LIMIT = List.of("--memory-limit", "67108864");
  private static final String COUNTER =
      "echo started >> /tmp/starts; i=0; "
          + "while :; do i=$((i+1)); echo $i > /tmp/n; echo $i; usleep 50000; done";

  private static Containerd containerd;
  private static Ctr ctr;

  @BeforeAll
  static void start() {
    assumeTrue(CALLER.run("criu", "check").exit() == 0, "CRIU does not work with this kernel");
    containerd = Containerd.start(CALLER, "", "io.containerd.grpc.v1.cri");
    ctr = Ctr.withBusybox(CALLER, containerd);
  }

  @AfterAll
  static void stop() {
    if (containerd != null) {
      containerd.close();
    }
  }

  private static Task counting() {
    Task task = ctr.start(LIMIT, "sh", "-c", COUNTER);
    int pid = task.pid();
    Poll.until("counting", () -> count(pid) > 0);
    return task;
  }

  private static String file(int pid, String name) {
    return HostFiles.readOrEmpty(Path.of("/proc/" + pid + "/root/tmp", name)).strip();
  }

  private static int count(int pid) {
    String text = file(pid, "n");
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private static void countsOn(int pid) {
    int now = count(pid);
    Poll.until("it counts on", () -> count(pid) > now);
  }

  private static List<Path> states() {
    return HostFiles.list(containerd.runtimeRoot().resolve(CALLER.name()));
  }

  @Test
  @DisplayName("tasks checkpoint --image-path: images and log; it counts on, with --exit it ends")
  void images() {
    Path images = CALLER.folder().resolve("images");
    Path work = CALLER.folder().resolve("work");
    Path last = CALLER.folder().resolve("last");
    try (Task task = counting()) {
      int pid = task.pid();
      task.command("checkpoint", "--image-path", images.toString(), "--work-path", work.toString())
          .exits(0);
      assertTrue(Files.exists(images.resolve("inventory.img")));
      assertTrue(Files.exists(work.resolve("dump.log")));
      assertEquals("RUNNING", task.status());
      countsOn(pid);

      task.command("checkpoint", "--exit", "--image-path", last.toString()).exits(0);
      assertTrue(Files.exists(last.resolve("inventory.img")));
      task.await("STOPPED");
      assertEquals(List.of(), states());
      assertEquals(128 + 9, task.delete());
    }
  }

  @Test
  @DisplayName(
      "containers checkpoint --task --rw, restore --live --rw: memory, files, output, limit")
  void restored() {
    String image = "localhost/checkpoint:1";
    String id;
    int before;
    try (Task task = counting()) {
      id = task.id();
      before = count(task.pid());
      ctr.run("containers", "checkpoint", "--task", "--rw", "--image", id, image).exits(0);
      countsOn(task.pid());
    }
    assertEquals(List.of(), states());

    ctr.run("containers", "restore", "--live", "--rw", id, image).exits(0);

    try (Task task = new Task(ctr, id)) {
      assertEquals("RUNNING", task.status());
      int pid = task.pid();
      // The runtime under test has it, and the program was not started anew.
      assertEquals(List.of(containerd.runtimeRoot().resolve(CALLER.name()).resolve(id)), states());
      assertTrue(count(pid) >= before, () -> count(pid) + " after " + before);
      assertEquals("started", file(pid, "starts"));
      countsOn(pid);
      assertEquals(
          "67108864", CgroupFiles.of(pid).read("memory", "memory.limit_in_bytes", "memory.max"));
      assertEquals("in", task.exec("echo", "in").succeeds().text());
      Execution attached = ctr.begin(Launcher.Stdin.NULL, "tasks", "attach", id);
      attached.awaitStdout(text -> !text.isEmpty());
      task.kill("--signal", "SIGKILL").exits(0);
      attached.await().exits(128 + 9); // and deletes the task
    }
    ctr.run("images", "delete", image).exits(0);
  }
}
