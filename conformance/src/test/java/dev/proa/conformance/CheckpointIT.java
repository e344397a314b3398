package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.DescriptorSocket;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code checkpoint} and {@code restore}, where CRIU and the kernel go together. */
class CheckpointIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private final Checkpoints points = new Checkpoints(box);

  @Test
  void aContainerGoesOnWhereItWas() {
    points.needCriu();
    Bundle bundle = points.counting();
    String id = points.running(bundle);
    String images = points.folder("images");
    String work = points.folder("work");

    points.quietly("checkpoint", "--image-path", images, "--work-path", work, id).exits(0);

    assertTrue(box.runtime().state(id).exit() != 0); // dumped and deleted
    box.assertNothingLeft();
    assertTrue(Files.exists(Path.of(work, "dump.log")));
    int dumped = points.count(bundle);

    Path pid = box.folder().resolve("pid");
    points
        .quietly(
            "restore",
            "--image-path",
            images,
            "--work-path",
            work,
            "--detach",
            "--pid-file",
            pid.toString(),
            "-no-subreaper",
            "--bundle",
            bundle.folder().toString(),
            id)
        .exits(0);

    assertEquals("running", points.status(id));
    assertEquals(HostFiles.read(pid), box.runtime().stateOf(id).path("pid").asText());
    points.countsOn(bundle, dumped);
    assertEquals(
        "proa-it",
        box.runtime()
            .begin(new ArrayList<>(List.of("exec", id, "hostname")), Launcher.Stdin.NULL)
            .await()
            .exits(0)
            .text());
    box.runtime().kill(id, "KILL").exits(0);
    Poll.until("stopped", () -> points.status(id).equals("stopped"));
    box.runtime().delete(id).exits(0);
    box.assertNothingLeft();
  }

  @Test
  void itCanGoOnRunning() {
    points.needCriu();
    Bundle bundle = points.counting();
    String id = points.running(bundle);
    String images = points.folder("images");

    points.quietly("checkpoint", "--leave-running", "--image-path", images, id).exits(0);

    assertEquals("running", points.status(id));
    int dumped = points.count(bundle);
    points.countsOn(bundle, dumped);
  }

  @Test
  void memoryFirst() {
    points.needCriu();
    Bundle bundle = points.counting();
    String id = points.running(bundle);
    Path images = box.folder().resolve("images");
    Path first = box.folder().resolve("first");

    points.quietly("checkpoint", "--pre-dump", "--image-path", first.toString(), id).exits(0);
    assertEquals("running", points.status(id));
    points
        .quietly("checkpoint", "--parent-path", "../first", "--image-path", images.toString(), id)
        .exits(0);

    assertTrue(Files.exists(images.resolve("parent")));
  }

  /** The terminal's other end goes to a new console socket, and it works on. */
  @Test
  void withATerminal() {
    points.needCriu();
    Bundle bundle =
        points
            .counting()
            .with("/process/terminal", true)
            .shell("echo up; while read x; do echo [$x]; echo 1 > /tmp/n; done");
    String id = box.owns(bundle.name(), box.runtime());
    String images = points.folder("images");
    String folder = bundle.write().toString();
    try (Terminal terminal = terminal("console", "run", "-d", "--bundle", folder, id)) {
      terminal.await(text -> text.contains("up"));
      terminal.type("before\n").await(text -> text.contains("[before]"));

      points.quietly("checkpoint", "--image-path", images, id).exits(0);
    }

    try (Terminal restored =
        terminal("again", "restore", "-d", "--image-path", images, "--bundle", folder, id)) {
      restored.type("after\n").await(text -> text.contains("[after]"));
      assertEquals("running", points.status(id));
      restored.type("\u0004"); // the end of its input
      Poll.until("stopped", () -> points.status(id).equals("stopped"));
    }
  }

  /** Runs a command with a console socket; the terminal that comes out of it. */
  private Terminal terminal(String socketName, String command, String... words) {
    try (DescriptorSocket socket = DescriptorSocket.listen(box.folder().resolve(socketName))) {
      List<String> all = new ArrayList<>(List.of(command, "--console-socket"));
      all.add(socket.path().toString());
      all.addAll(List.of(words));
      Execution run = box.begin("sh", "-c", points.line("", all.toArray(String[]::new)));
      Terminal terminal = new Terminal(socket.receive().descriptors().getFirst());
      run.await().exits(0);
      return terminal;
    }
  }

  @Test
  void whatCannotBeDumped() {
    Bundle bundle = box.bundle().args("true");
    Container created = box.create(bundle);

    Result result =
        box.runtime().raw("checkpoint", "--image-path", box.folder() + "/i", created.id()).exits(1);

    assertTrue(
        result.error().contains("Container cannot be checkpointed in created state"),
        result::toString);
  }

  /** podman asks in these ways what a runtime can do. */
  @Test
  void probes() {
    box.runtime().raw("checkpoint", "--help").exits(0);
    Result probe = box.runtime().raw("restore", "--lsm-mount-context");
    assertTrue(
        (probe.stdout() + probe.stderr()).contains("flag needs an argument"), probe::toString);
  }
}
