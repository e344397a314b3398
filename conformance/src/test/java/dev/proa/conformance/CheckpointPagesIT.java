package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where a checkpoint's memory goes: a page server, later on request, an earlier dump. */
class CheckpointPagesIT {
  private static final String ADDRESS = "127.0.0.1";
  private static final String PORT = "27277";

  @RegisterExtension final Sandbox box = new Sandbox();
  private final Checkpoints points = new Checkpoints(box);

  private Execution criu(String... words) {
    List<String> line = new ArrayList<>(List.of("criu"));
    line.addAll(List.of(words));
    return box.begin(line.toArray(String[]::new));
  }

  private static List<String> pages(Path folder) {
    return HostFiles.list(folder).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.startsWith("pages-"))
        .toList();
  }

  private void restores(Bundle bundle, String id, String images, String... flags) {
    int dumped = points.count(bundle);
    bundle.write();
    List<String> all = new ArrayList<>(List.of("--work-path", images));
    all.addAll(List.of(flags));
    int exit =
        points
            .restore(images, bundle, box.owns(id, box.runtime()), all.toArray(String[]::new))
            .exit();
    assertEquals(0, exit, () -> HostFiles.readOrEmpty(Path.of(images, "restore.log")));
    points.countsOn(bundle, dumped);
    assertEquals("running", points.status(id));
  }

  @Test
  void aPageServerKeepsTheMemory() throws IOException {
    points.needCriu();
    Bundle bundle = points.counting();
    String id = points.running(bundle);
    Path images = box.folder().resolve("images");
    Path remote = HostFiles.folder(box.folder().resolve("remote"));
    Execution server =
        criu("page-server", "-D", remote.toString(), "--address", ADDRESS, "--port", PORT);
    Poll.until("listening", () -> box.host("ss", "-ltn").contains(":" + PORT));

    points
        .quietly(
            "checkpoint",
            "--page-server",
            ADDRESS + ":" + PORT,
            "--image-path",
            images.toString(),
            id)
        .exits(0);

    server.await().exits(0);
    assertEquals(List.of(), pages(images));
    assertTrue(!pages(remote).isEmpty(), () -> HostFiles.list(remote).toString());
    for (Path file : HostFiles.list(remote)) {
      if (file.getFileName().toString().startsWith("page")) { // pages-N.img, pagemap-N.img
        Files.copy(file, images.resolve(file.getFileName()));
      }
    }
    restores(bundle, id, images.toString());
  }

  /**
   * Migration with the memory last: the source is dumped without it and serves it, the copy starts
   * at once and fetches each page when it needs it. The source is deleted when all has been taken.
   */
  @Test
  void memoryIsFetchedAfterwards() {
    points.needCriu();
    Bundle bundle = points.counting();
    String id = points.running(bundle);
    String images = points.folder("images");
    Path status = box.folder().resolve("status");
    Execution dump =
        box.begin(
            "sh",
            "-c",
            points.line(
                "7> " + status,
                "checkpoint",
                "--lazy-pages",
                "--page-server",
                ADDRESS + ":" + PORT,
                "--status-fd",
                "7",
                "--image-path",
                images,
                "--work-path",
                images,
                id));
    Poll.until("ready to serve", () -> HostFiles.readOrEmpty(status).equals("\0"));
    assertTrue(dump.isAlive());
    Execution daemon =
        criu(
            "lazy-pages",
            "--page-server",
            "--address",
            ADDRESS,
            "--port",
            PORT,
            "-D",
            images,
            "-W",
            images);
    Poll.until("the daemon listens", () -> Files.exists(Path.of(images, "lazy-pages.socket")));

    // The source's cgroup lasts until its last page has been taken.
    if (box.kind() != RuntimeKind.RUNC) { // runc 1.1 restores into the dumped cgroup all the same
      bundle.with("/linux/cgroupsPath", bundle.cgroupsPath() + "-copy");
    }
    restores(bundle, id + "-copy", images, "--lazy-pages");

    dump.await(Duration.ofSeconds(60)).exits(0);
    daemon.await().exits(0);
    assertTrue(box.runtime().state(id).exit() != 0, "the source is still there");
    assertEquals("\0", HostFiles.read(status));
    points.countsOn(bundle, points.count(bundle));
  }

  /** Only blocks that hold data count: holes are punched where a later dump has the page. */
  @Test
  void pagesThatANewerDumpHasAreDropped() {
    points.needCriu();
    Bundle bundle = points.counting();
    String id = points.running(bundle);
    Path first = box.folder().resolve("first");
    Path images = box.folder().resolve("images");
    points.quietly("checkpoint", "--pre-dump", "--image-path", first.toString(), id).exits(0);
    int before = blocks(first);

    points
        .quietly(
            "checkpoint",
            "--auto-dedup",
            "--parent-path",
            "../first",
            "--image-path",
            images.toString(),
            id)
        .exits(0);

    assertTrue(blocks(first) < before, () -> blocks(first) + " of " + before + " blocks");
    restores(bundle, id, images.toString());
  }

  private int blocks(Path folder) {
    int sum = 0;
    for (String pages : pages(folder)) {
      sum += Integer.parseInt(box.host("stat", "-c", "%b", folder.resolve(pages).toString()));
    }
    return sum;
  }
}
