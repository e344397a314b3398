package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pause} and {@code resume}, and what other commands do with a paused container. */
class PauseIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private Container counting() {
    Container container =
        box.started(box.bundle().shell("i=0; while :; do i=$((i+1)); echo $i; usleep 10000; done"));
    Poll.until("the first line", () -> container.stdout().lines().count() > 1);
    return container;
  }

  @Test
  void nothingRunsWhilePaused() throws Exception {
    Container container = counting();

    box.runtime().pause(container.id()).succeeds();

    assertEquals("paused", container.status());
    String before = container.stdout();
    Thread.sleep(200);
    assertEquals(before, container.stdout());

    box.runtime().resume(container.id()).succeeds();

    assertEquals("running", container.status());
    Poll.until("more lines", () -> container.stdout().length() > before.length());
  }

  @Test
  void listTellsIt() {
    Container container = counting();
    box.runtime().pause(container.id()).succeeds();

    assertTrue(box.runtime().list().stdout().contains(" paused "), "no paused container in list");
  }

  @Test
  void aCreatedContainerCanBePaused() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun tells created");
    Container container = box.create(box.bundle().sleeping());

    box.runtime().pause(container.id()).succeeds();

    assertEquals("paused", container.status());
    assertEquals(
        "cannot start a container in the paused state",
        box.runtime().start(container.id()).exits(1).error());
    box.runtime().resume(container.id()).succeeds();
    assertEquals("created", container.status());
    container.start();
  }

  @Test
  void pausedTwice() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has another text");
    Container container = counting();
    box.runtime().pause(container.id()).succeeds();

    assertEquals("container not running", box.runtime().pause(container.id()).exits(1).error());
    assertEquals("paused", container.status());
  }

  @Test
  void resumedWithoutAPause() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has another text");
    Container container = counting();

    assertEquals("container not paused", box.runtime().resume(container.id()).exits(1).error());
  }

  @Test
  void aStoppedContainer() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has other texts");
    Container container = box.started(box.bundle().args("true")).await("stopped");

    assertEquals("container not running", box.runtime().pause(container.id()).exits(1).error());
    assertEquals("container not paused", box.runtime().resume(container.id()).exits(1).error());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "resume", "ps", "events", "update"})
  void anUnknownContainer(String command) {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has other texts, and no events");
    assertEquals("container does not exist", box.runtime().raw(command, "nope").exits(1).error());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "resume", "events", "update"})
  void theNumberOfArguments(String command) {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has other texts");
    String wanted = "\"" + command + "\" requires exactly 1 argument(s)";

    assertTrue(box.runtime().raw(command).exits(1).error().endsWith(wanted), command);
    assertTrue(box.runtime().raw(command, "a", "b").exits(1).error().endsWith(wanted), command);
  }

  @Test
  void anEndingSignalWaitsForTheResume() {
    Container container =
        box.started(
            box.bundle().shell("trap 'exit 0' TERM; echo up; while :; do usleep 9000; done"));
    Poll.until("the program", () -> container.stdout().equals("up\n"));
    box.runtime().pause(container.id()).succeeds();

    container.kill("TERM");
    assertEquals("paused", container.status());
    box.runtime().resume(container.id()).succeeds();

    container.await("stopped");
  }

  @Test
  void killEndsAPausedContainer() {
    Container container = counting();
    box.runtime().pause(container.id()).succeeds();

    container.kill("KILL").await("stopped");
    container.delete();

    box.assertNothingLeft();
  }

  @Test
  void deleteWantsItStopped() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has another text");
    Container container = counting();
    box.runtime().pause(container.id()).succeeds();

    assertEquals(
        "cannot delete container " + container.id() + " that is not stopped: paused",
        box.runtime().delete(container.id()).exits(1).error());
    assertEquals("paused", container.status());
  }

  @Test
  void deleteForceRemovesAPausedContainer() {
    Container container = counting();
    box.runtime().pause(container.id()).succeeds();

    assertEquals(0, box.runtime().deleteForce(container.id()).exit());

    box.assertNothingLeft();
  }

  @Test
  void killWithoutAPidNamespaceTakesAll() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc since 1.2");
    Bundle bundle =
        box.bundle().withoutNamespace("pid").shell("sleep 1000 & echo $!; sleep 1001; :");
    Container container = box.started(bundle);
    Poll.until("the child", () -> !container.stdout().isEmpty());
    Path child = Path.of("/proc/" + container.stdout().strip() + "/comm");

    container.kill("KILL").await("stopped");

    Poll.until("the child's end", () -> HostFiles.readOrEmpty(child).isEmpty());
  }

  @Test
  void allOfManyProcessesStop() {
    Container container =
        box.started(
            box.bundle().shell("for i in 1 2 3 4 5; do while :; do :; done & done; echo up; wait"));
    Poll.until("the program", () -> container.stdout().equals("up\n"));

    box.runtime().pause(container.id()).succeeds();

    List<String> ticks = ticks(container);
    assertEquals(6, ticks.size());
    assertEquals(ticks, ticks(container));
  }

  /** The processor time of each process so far. */
  private static List<String> ticks(Container container) {
    return HostFiles.read(container.cgroup("freezer").resolve("cgroup.procs"))
        .lines()
        .map(pid -> HostFiles.read("/proc/" + pid + "/schedstat").split(" ")[0])
        .toList();
  }
}
