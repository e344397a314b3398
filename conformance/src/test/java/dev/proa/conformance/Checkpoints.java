package dev.proa.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the tests of {@code checkpoint} and {@code restore} share: containers that count. */
final class Checkpoints {
  private static Boolean works;

  private final Sandbox box;

  Checkpoints(Sandbox box) {
    this.box = box;
  }

  /** Skips the test where CRIU and the kernel do not go together. */
  void needCriu() {
    if (works == null) {
      Result check =
          box.begin("sh", "-c", "PATH=$PATH:/usr/sbin; command -v criu && criu check").await();
      works = check.exit() == 0 && Files.exists(Path.of("/run/systemd/system"));
    }
    assumeTrue(works, "no CRIU that works with this kernel: the virtual machine has one");
  }

  /** Runs without a file of the test's among its descriptors: CRIU cannot dump those. */
  Result quietly(String... words) {
    return quietlyIn("", words);
  }

  /** The same, with redirections of the shell's before the others. */
  Result quietlyIn(String redirections, String... words) {
    return box.begin("sh", "-c", line(redirections, words)).await(Duration.ofSeconds(30));
  }

  /** The shell's line for a command of the runtime that shall not have the test's files. */
  String line(String redirections, String... words) {
    return box.runtime().shellLine(words) + " > /dev/null 2> /dev/null < /dev/null " + redirections;
  }

  /** A container that counts in memory, and writes each number to {@code /tmp/n}. */
  Bundle counting() {
    return box.bundle()
        .writable()
        .shell("i=0; while :; do i=$((i+1)); echo $i > /tmp/n; usleep 50000; done");
  }

  /** What the container says at this moment. */
  String told(Bundle bundle) {
    return HostFiles.readOrEmpty(bundle.rootfs().resolve("tmp/n")).strip();
  }

  /** How far it is. */
  int count(Bundle bundle) {
    String text = told(bundle);
    return text.isEmpty() ? 0 : Integer.parseInt(text.split(" ", 2)[0]);
  }

  /** Waits until it is further than that. */
  void countsOn(Bundle bundle, int from) {
    Poll.until("it counts on", () -> count(bundle) > from);
  }

  /** Starts the container detached and waits until it counts; its id. */
  String running(Bundle bundle) {
    String id = box.owns(bundle.name(), box.runtime());
    quietly("run", "-d", "--bundle", bundle.write().toString(), id).exits(0);
    countsOn(bundle, 0);
    return id;
  }

  /** Restores the container from these images, detached. */
  Result restore(String images, Bundle bundle, String id, String... flags) {
    List<String> words = new ArrayList<>(List.of("restore", "-d", "--image-path", images));
    words.addAll(List.of(flags));
    words.addAll(List.of("--bundle", bundle.folder().toString(), id));
    return quietly(words.toArray(String[]::new));
  }

  String status(String id) {
    return box.runtime().stateOf(id).path("status").asText();
  }

  /** A folder of the test's, which may not exist yet. */
  String folder(String name) {
    return box.folder().resolve(name).toString();
  }
}
