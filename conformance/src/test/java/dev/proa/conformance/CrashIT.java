package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left when a runtime, a disk or a file fails: told clearly, and always removable. */
class CrashIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private void proaOnly() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "other runtimes keep another state");
  }

  private Path stateOf(Container container) {
    return box.root().resolve(container.id()).resolve("state.json");
  }

  private static void truncate(Path file) throws IOException {
    Files.writeString(file, Files.readString(file).substring(0, 50));
  }

  @Test
  void aDamagedStateIsToldAndForcedAway() throws IOException {
    proaOnly();
    Container container = box.started(box.bundle().sleeping());
    int pid = container.pid();
    truncate(stateOf(container));

    String id = container.id();
    assertTrue(box.runtime().state(id).exits(1).error().startsWith("state is damaged: "));
    assertTrue(box.runtime().delete(id).exits(1).error().startsWith("state is damaged: "));
    String listed = box.runtime().list().exits(0).stderr();
    assertTrue(listed.contains("level=warning") && listed.contains("state is damaged"), listed);
    String found = box.runtime().raw("gc", "--json").exits(1).stdout();
    assertEquals(false, OciRuntime.json(found).path(0).path("removed").asBoolean(), found);
    assertTrue(found.contains("its processes live"), found);
    assertTrue(Files.exists(Path.of("/proc/" + pid)), "gc has killed a living container");

    box.runtime().deleteForce(id).exits(0);
    box.assertNothingLeft();
  }

  @Test
  void gcRemovesWhatNobodyNeeds() throws IOException {
    proaOnly();
    Container living = box.started(box.bundle().sleeping());
    Container stopped = box.started(box.bundle().args("/bin/true")).await("stopped");
    Container damaged = box.started(box.bundle().sleeping()).kill("KILL").await("stopped");
    truncate(stateOf(damaged));
    Files.createDirectory(box.root().resolve("empty"));

    String found = box.runtime().raw("gc", "--dry-run").exits(1).stdout();
    assertEquals(3, found.lines().count(), found);
    assertTrue(found.contains("found"), found);
    assertTrue(Files.exists(box.root().resolve("empty")), "a dry run removes nothing");

    String removed = box.runtime().raw("gc").exits(0).stdout();
    assertTrue(removed.lines().skip(1).allMatch(line -> line.contains("removed")), removed);
    assertEquals("nothing is left\n", box.runtime().raw("gc").exits(0).stdout());
    assertEquals("[]", box.runtime().raw("gc", "--json").exits(0).stdout().strip());
    assertEquals("running", living.status());
    stopped.delete();
  }

  @Test
  void aFullDiskLeavesNothing() {
    int failures = 0;
    for (int pages = 1; pages <= 6; pages++) {
      Path root = HostFiles.folder(box.folder().resolve("full" + pages));
      box.mount(root, "-t", "tmpfs", "-o", "size=" + 4 * pages + "k", "tmpfs");
      OciRuntime runtime = box.runtime().with(box.runtime().globals().withRoot(root));
      Bundle bundle = box.bundle().sleeping();
      String id = box.owns(bundle.name(), runtime);
      Result result = runtime.raw("create", "--bundle", bundle.write().toString(), id);
      if (result.exit() != 0) {
        failures++;
        assertTrue(result.error().contains("no space left on device"), result.toString());
        assertEquals(List.of(), HostFiles.list(root));
      }
      runtime.deleteForce(id).exits(0);
    }
    assertTrue(failures > 0, "no size was too small");
    assertOnlyMountsLeft();
  }

  @Test
  void aReadOnlyRootIsAnError() {
    Path root = HostFiles.folder(box.folder().resolve("ro"));
    box.mount(root, "-t", "tmpfs", "-o", "ro", "tmpfs");
    OciRuntime runtime = box.runtime().with(box.runtime().globals().withRoot(root));
    Bundle bundle = box.bundle().sleeping();
    Result result = runtime.raw("create", "--bundle", bundle.write().toString(), bundle.name());
    assertTrue(result.exits(1).error().contains("read-only file system"), result.toString());
    assertOnlyMountsLeft();
  }

  /** The test's own file systems. */
  private void assertOnlyMountsLeft() {
    Poll.until(
        "nothing but mounts",
        () -> box.left().stream().allMatch(each -> each.startsWith("mount ")));
  }

  @Test
  void aRecycledPidIsAnotherProcess() throws IOException {
    proaOnly();
    Container container = box.started(box.bundle().sleeping());
    int pid = container.pid();
    container.kill("KILL").await("stopped");
    Execution stranger = box.begin("sleep", "1000");
    Path state = stateOf(container);
    Files.writeString(
        state,
        Files.readString(state)
            .replace("\"init_process_pid\":" + pid, "\"init_process_pid\":" + stranger.pid()));

    assertEquals("stopped", container.status());
    assertEquals(
        "container not running", box.runtime().kill(container.id(), "KILL").exits(1).error());
    box.runtime().deleteForce(container.id()).exits(0);
    assertTrue(stranger.isAlive(), "a stranger was killed");
    stranger.destroy();
  }

  private List<Result> eight(String... words) {
    List<Execution> started = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      started.add(box.runtime().begin(List.of(words), Launcher.Stdin.NULL));
    }
    return started.stream().map(Execution::await).toList();
  }

  /** One succeeds; the others say one of these. */
  private static void oneWins(List<Result> results, String... losers) {
    assertEquals(1, results.stream().filter(each -> each.exit() == 0).count(), results.toString());
    for (Result result : results) {
      if (result.exit() != 0) {
        assertTrue(List.of(losers).contains(result.error()), result.toString());
      }
    }
  }

  @Test
  void twoRuntimesTakeTurns() {
    proaOnly();
    Bundle bundle = box.bundle().sleeping();
    String path = bundle.write().toString();
    String id = box.owns(bundle.name(), box.runtime());
    for (int round = 0; round < 3; round++) {
      oneWins(eight("create", "--bundle", path, id), "container with given ID already exists");
      oneWins(eight("start", id), "cannot start an already running container");
      List<Result> kills = eight("kill", id, "KILL");
      assertTrue(kills.stream().anyMatch(each -> each.exit() == 0), kills.toString());
      for (Result kill : kills) {
        assertTrue(
            kill.exit() == 0 || kill.error().equals("container not running"), kill.toString());
      }
      Poll.until(
          "the end", () -> box.runtime().stateOf(id).path("status").asText().equals("stopped"));
      oneWins(eight("delete", id), "container does not exist");
      box.assertNothingLeft();
    }
  }

  /**
   * Killed before it has seen that the cgroup is another's, whose processes must not pay for it.
   */
  @Test
  void whatIsNotTheContainersStays() {
    proaOnly();
    assumeTrue(Files.exists(Path.of("/usr/bin/strace")), "strace is not installed");
    Bundle first = box.bundle().sleeping();
    Container other = box.started(first);
    Bundle second = box.bundle().sleeping().with("/linux/cgroupsPath", first.cgroupsPath());
    String id = box.owns(second.name(), box.runtime());
    List<String> create =
        box.runtime().commandLine(List.of("create", "--bundle", second.write().toString(), id));
    int killed = 0;
    for (int number = 1; number <= 4; number++) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "strace",
                  "-qqq",
                  "-o",
                  "/dev/null",
                  "--inject=mkdirat:signal=KILL:when=" + number));
      command.addAll(create);
      killed += box.begin(command.toArray(String[]::new)).await().exit() == 137 ? 1 : 0;
      box.runtime().deleteForce(id).exits(0);
      assertEquals("running", other.status(), "killed at mkdirat " + number);
    }
    assertTrue(killed > 1, "it was never killed");
  }
}
