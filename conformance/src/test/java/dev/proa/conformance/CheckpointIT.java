package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code checkpoint} and {@code restore}, where CRIU and the kernel go together. */
class CheckpointIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private void needsCriu() {
    Result check =
        box.begin("sh", "-c", "PATH=$PATH:/usr/sbin; command -v criu && criu check").await();
    assumeTrue(
        check.exit() == 0 && Files.exists(Path.of("/run/systemd/system")),
        "no CRIU that works with this kernel: the virtual machine has one");
  }

  /** Runs without a file of the test's among its descriptors: CRIU cannot dump those. */
  private Result quietly(String... words) {
    String line = String.join(" ", box.runtime().commandLine(List.of(words)));
    return box.begin("sh", "-c", line + " > /dev/null 2> /dev/null < /dev/null")
        .await(Poll.patient(Duration.ofSeconds(30)));
  }

  private Bundle counting() {
    return box.bundle()
        .writable()
        .shell("i=0; while :; do i=$((i+1)); echo $i > /tmp/n; usleep 50000; done");
  }

  private int count(Bundle bundle) {
    String text = HostFiles.readOrEmpty(bundle.rootfs().resolve("tmp/n")).strip();
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private String running(Bundle bundle) {
    String id = box.owns(bundle.name(), box.runtime());
    quietly("run", "-d", "--bundle", bundle.write().toString(), id).exits(0);
    Poll.until("counting", () -> count(bundle) > 0);
    return id;
  }

  private String status(String id) {
    return box.runtime().stateOf(id).path("status").asText();
  }

  @Test
  void aContainerGoesOnWhereItWas() {
    needsCriu();
    Bundle bundle = counting();
    String id = running(bundle);
    String images = box.folder().resolve("images").toString();
    String work = box.folder().resolve("work").toString();

    quietly("checkpoint", "--image-path", images, "--work-path", work, id).exits(0);

    assertTrue(box.runtime().state(id).exit() != 0); // dumped and deleted
    box.assertNothingLeft();
    assertTrue(Files.exists(Path.of(work, "dump.log")));
    int dumped = count(bundle);

    Path pid = box.folder().resolve("pid");
    quietly(
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

    assertEquals("running", status(id));
    assertEquals(HostFiles.read(pid), box.runtime().stateOf(id).path("pid").asText());
    Poll.until("it counts on", () -> count(bundle) > dumped);
    assertEquals(
        "proa-it",
        box.runtime()
            .begin(new ArrayList<>(List.of("exec", id, "hostname")), Launcher.Stdin.NULL)
            .await()
            .exits(0)
            .text());
    box.runtime().kill(id, "KILL").exits(0);
    Poll.until("stopped", () -> status(id).equals("stopped"));
    box.runtime().delete(id).exits(0);
    box.assertNothingLeft();
  }

  @Test
  void itCanGoOnRunning() {
    needsCriu();
    Bundle bundle = counting();
    String id = running(bundle);
    String images = box.folder().resolve("images").toString();

    quietly("checkpoint", "--leave-running", "--image-path", images, id).exits(0);

    assertEquals("running", status(id));
    int dumped = count(bundle);
    Poll.until("it counts on", () -> count(bundle) > dumped);
  }

  @Test
  void memoryFirst() {
    needsCriu();
    Bundle bundle = counting();
    String id = running(bundle);
    Path images = box.folder().resolve("images");
    Path first = box.folder().resolve("first");

    quietly("checkpoint", "--pre-dump", "--image-path", first.toString(), id).exits(0);
    assertEquals("running", status(id));
    quietly("checkpoint", "--parent-path", "../first", "--image-path", images.toString(), id)
        .exits(0);

    assertTrue(Files.exists(images.resolve("parent")));
  }

  @Test
  void whatCannotBeDumped() {
    Bundle bundle = box.bundle().args("true");
    Container created = box.create(bundle);

    Result result =
        box.runtime().raw("checkpoint", "--image-path", box.folder() + "/i", created.id()).exits(1);

    assertTrue(
        result.error().contains("Container cannot be checkpointed in the created state"),
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
