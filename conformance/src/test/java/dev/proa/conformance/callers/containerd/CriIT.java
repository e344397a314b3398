package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Poll;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The container runtime interface of containerd's CRI plugin, called as a kubelet calls it: a
 * container's life.
 */
final class CriIT {
  @RegisterExtension static final Caller CALLER = new Caller("cri", "containerd", "ctr");

  private static CriNode node;

  @BeforeAll
  static void start() {
    node = CriNode.start(CALLER);
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static ContainerSpec sleeping(String name) {
    return new ContainerSpec(name, "sleep", "600");
  }

  private static ContainerSpec script(String script) {
    return new ContainerSpec("script", "sh", "-c", script);
  }

  private static Message call(String method, Message request) {
    return node.cri().call(method, request);
  }

  @Test
  @DisplayName("Version, Status: the runtime is ready")
  void ready() {
    Message version = call("Version", new Message());
    assertEquals("containerd", version.text(2));
    assertEquals("v1", version.text(4));
    Message condition = call("Status", new Message()).message(1).messages(1).getFirst();
    assertEquals("RuntimeReady", condition.text(1));
    assertEquals(1, condition.number(2));
  }

  @Test
  @DisplayName("CreateContainer, StartContainer, ContainerStatus: created, running, exited")
  void lifecycle() {
    try (Pod pod = node.run()) {
      String id = pod.create(new ContainerSpec("main", "sh", "-c", "sleep 1; exit 3"));
      assertEquals(0, pod.status(id).number(3), "CONTAINER_CREATED");
      call("StartContainer", new Message().with(1, id));
      assertEquals(Pod.RUNNING, pod.status(id).number(3));
      assertEquals(3, pod.awaitExit(id));
      Message status = pod.status(id);
      assertEquals("Error", status.text(10));
      assertTrue(status.number(6) > status.number(5), "finished after it started");
      pod.remove(id);
      assertThrows(StatusRuntimeException.class, () -> pod.status(id));
    }
  }

  @Test
  @DisplayName("the log has stdout and stderr, line by line")
  void logs() {
    try (Pod pod = node.run()) {
      String id = pod.start(script("echo one; echo two >&2; echo three; printf end"));
      pod.awaitExit(id);
      assertEquals("one\nthree\nend", pod.stdout(id));
      List<String> log = pod.log(id);
      assertEquals(4, log.size());
      assertTrue(log.stream().anyMatch(line -> line.endsWith(" stderr F two")), log::toString);
      assertTrue(log.stream().anyMatch(line -> line.endsWith(" stdout P end")), log::toString);
    }
  }

  @Test
  @DisplayName("ExecSync: output, standard error, exit code")
  void execSync() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main").env("A", "b"));
      Message result = pod.exec(id, "sh", "-c", "echo out $A; echo err >&2; exit 5");
      assertEquals("out b\n", result.text(1));
      assertEquals("err\n", result.text(2));
      assertEquals(5, result.number(3));
    }
  }

  @Test
  @DisplayName("ExecSync: its time limit ends the process (a probe's timeout)")
  void execTimeout() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      String error =
          assertThrows(StatusRuntimeException.class, () -> pod.exec(id, 1, "sleep", "500"))
              .getMessage();
      assertTrue(error.contains("timeout"), error);
      Poll.until("end of it", () -> !pod.exec(id, "ps").text(1).contains("sleep 500"));
    }
  }

  @Test
  @DisplayName("ExecSync: a program that does not exist is an error with its name")
  void execNotFound() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      String error =
          assertThrows(StatusRuntimeException.class, () -> pod.exec(id, "no-such-program"))
              .getMessage();
      assertTrue(error.contains("executable file"), error);
      assertTrue(error.contains("no-such-program"), error);
    }
  }

  @Test
  @DisplayName("ExecSync: forty probes in a row")
  void manyProbes() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      long start = System.nanoTime();
      for (int i = 0; i < 40; i++) {
        assertEquals(0, pod.exec(id, "true").number(3));
      }
      CALLER.note(Duration.ofNanos(System.nanoTime() - start).toMillis() / 40 + " ms each");
    }
  }

  @Test
  @DisplayName("StartContainer: a program that does not exist: StartError with the reason")
  void startError() {
    try (Pod pod = node.run()) {
      String id = pod.create(new ContainerSpec("main", "no-such-program"));
      String error =
          assertThrows(
                  StatusRuntimeException.class,
                  () -> call("StartContainer", new Message().with(1, id)))
              .getMessage();
      assertTrue(error.contains("executable file"), error);
      Message status = pod.status(id);
      assertEquals(Pod.EXITED, status.number(3));
      assertEquals(128, status.number(7));
      assertEquals("StartError", status.text(10));
      assertTrue(status.text(11).contains("no-such-program"), status.text(11));
    }
  }

  @Test
  @DisplayName("StopContainer: SIGTERM, then SIGKILL after the time given")
  void stopContainer() {
    try (Pod pod = node.run()) {
      String willing =
          pod.start(
              new ContainerSpec(
                  "willing",
                  "sh",
                  "-c",
                  "trap 'exit 4' TERM; echo ready; while true; do sleep 0.1; done"));
      String unwilling =
          pod.start(
              new ContainerSpec(
                  "unwilling",
                  "sh",
                  "-c",
                  "trap '' TERM; echo ready; while true; do sleep 0.1; done"));
      for (String each : List.of(willing, unwilling)) {
        Poll.until("its trap", () -> pod.stdout(each).equals("ready"));
      }
      pod.stop(willing, 20);
      assertEquals(4, pod.awaitExit(willing));
      pod.stop(unwilling, 1);
      assertEquals(137, pod.awaitExit(unwilling));
    }
  }

  @Test
  @DisplayName("RemoveContainer of a running one; a new one of the same name")
  void replaced() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      pod.remove(id);
      String again = pod.start(sleeping("main").env("AGAIN", "1"));
      assertNotEquals(id, again);
      assertEquals(Pod.RUNNING, pod.status(again).number(3));
    }
  }
}
