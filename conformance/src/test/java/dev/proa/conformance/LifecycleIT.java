package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.GlobalOptions;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** runtime.md: lifecycle, state and operations; and the contracts of runc's callers on them. */
class LifecycleIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static final String TRAP =
      "trap 'echo got; exit 0' %s; echo ready; while :; do usleep 5000; done";

  @Test
  void fromCreatedToDeleted() {
    Container container = box.create(box.bundle().writable().shell("touch /x; sleep 1000"));
    Path mark = container.bundle().rootfs().resolve("x");

    assertEquals("created", container.status());
    assertNotEquals("sh", container.proc("comm").strip());
    assertFalse(Files.exists(mark), "the program ran before start");

    container.start();
    Poll.until("the program's mark", () -> Files.exists(mark));
    assertEquals("running", container.status());

    container.kill("KILL").await("stopped");
    container.delete();
    box.assertNothingLeft();
    box.runtime().state(container.id()).exits(1);
  }

  @Test
  void startRunsTheProgramInTheCreatedProcess() {
    Container container = box.create(box.bundle().sleeping());
    int pid = container.pid();

    container.start();

    assertEquals(pid, container.pid());
    Poll.until("the program", () -> container.proc("cmdline").equals("sleep\0001000\0"));
  }

  @Test
  void stateDocument() {
    Bundle bundle =
        box.bundle().sleeping().with("/annotations", Map.of("org.example.key", "value"));
    Instant before = Instant.now();
    Container container = box.create(bundle);
    Instant after = Instant.now();

    JsonNode state = container.state();

    assertEquals(container.id(), state.path("id").asText());
    assertEquals("created", state.path("status").asText());
    assertEquals(bundle.folder().toString(), state.path("bundle").asText());
    assertTrue(state.path("ociVersion").asText().matches("1\\.\\d+\\.\\d+.*"), state::toString);
    assertEquals("value", state.path("annotations").path("org.example.key").asText());
    assertTrue(Files.exists(Path.of("/proc/" + state.path("pid").asInt())));
    String created = state.path("created").asText();
    assertTrue(created.endsWith("Z"), created);
    Instant at = Instant.parse(created);
    assertFalse(at.isBefore(before.minusMillis(10)) || at.isAfter(after), created);
  }

  @Test
  void stateIsPrintedAsRuncDoes() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has its own order of fields");
    Bundle bundle = box.bundle().sleeping().with("/annotations", Map.of("a", "b"));
    Container container = box.create(bundle);

    String text = box.runtime().state(container.id()).succeeds().stdout();

    JsonNode state = OciRuntime.json(text);
    assertEquals(
        """
        {
          "ociVersion": "%s",
          "id": "%s",
          "pid": %s,
          "status": "created",
          "bundle": "%s",
          "rootfs": "%s",
          "created": "%s",
          "annotations": {
            "a": "b"
          },
          "owner": ""
        }"""
            .formatted(
                state.path("ociVersion").asText(),
                container.id(),
                state.path("pid").asText(),
                bundle.folder(),
                bundle.rootfs(),
                state.path("created").asText()),
        text);
  }

  @Test
  void noAnnotationsNoMember() {
    Container container = box.create(box.bundle().sleeping());

    assertFalse(container.state().has("annotations"), () -> container.state().toString());
  }

  @Test
  void stoppedHasNoPid() {
    Container container = box.started(box.bundle().args("true")).await("stopped");

    assertEquals(0, container.state().path("pid").asInt(-1));
  }

  @Test
  void pidFileHasNoNewline() {
    Path pidFile = box.folder().resolve("pid");
    Bundle bundle = box.bundle().sleeping();

    Container container =
        box.create(
            bundle, CreateOptions.bundle(bundle.write()).withPidFile(pidFile), box.runtime());

    assertEquals(Integer.toString(container.pid()), HostFiles.read(pidFile));
    assertEquals(
        List.of(pidFile),
        HostFiles.list(box.folder()).stream()
            .filter(path -> path.getFileName().toString().contains("pid"))
            .toList());
  }

  @Test
  void runDetachedWritesThePidFileToo() {
    Path pidFile = box.folder().resolve("pid");
    Bundle bundle = box.bundle().sleeping();

    box.runtime()
        .run(
            box.owns(bundle.name(), box.runtime()),
            RunOptions.of(CreateOptions.bundle(bundle.write()).withPidFile(pidFile)).withDetach())
        .succeeds();

    JsonNode state = box.runtime().stateOf(bundle.name());
    assertEquals("running", state.path("status").asText());
    assertEquals(state.path("pid").asText(), HostFiles.read(pidFile));
  }

  @Test
  void laterChangesOfTheConfigDoNotMatter() {
    Bundle bundle = box.bundle().args("echo", "old");
    Container container = box.create(bundle);
    bundle.args("echo", "new").write();

    assertEquals("old\n", container.output());
  }

  @Test
  void aContainerWithoutAProcessIsCreatedAndNotStarted() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun refuse to create it");
    Container container = box.create(box.bundle().without("/process"));

    assertEquals("created", container.status());
    for (int i = 0; i < 2; i++) { // the first attempt changes nothing
      Result refused = box.runtime().start(container.id()).exits(1);
      assertEquals("process: required to start a container", refused.error());
    }
    assertEquals("created", container.status());

    container.kill("KILL").await("stopped").delete();
    box.assertNothingLeft();
  }

  @Test
  void deleteForceOfARunningContainer() {
    Container container = box.started(box.bundle().sleeping());

    box.runtime().deleteForce(container.id()).succeeds();

    box.assertNothingLeft();
  }

  @Test
  void deleteForceOfNothingIsFine() {
    box.runtime().deleteForce("nosuch").succeeds();
  }

  @Test
  void deleteForceRemovesAHalfMadeState() {
    HostFiles.folder(box.root().resolve("half"));

    box.runtime().deleteForce("half").succeeds();

    box.assertNothingLeft();
  }

  static Stream<String> signalForms() {
    return Stream.of("USR1", "SIGUSR1", "sigusr1", "usr1", "10");
  }

  @ParameterizedTest
  @MethodSource("signalForms")
  void killTakesNamesAndNumbers(String form) {
    assumeTrue(
        box.kind() != RuntimeKind.CRUN || !form.contains("usr"), "crun takes upper case only");
    Container container = box.started(box.bundle().shell(TRAP.formatted("USR1")));
    Poll.until("the trap", () -> container.stdout().equals("ready\n"));

    container.kill(form).await("stopped");

    assertEquals("ready\ngot\n", container.stdout());
  }

  @Test
  void killWithoutASignalSendsTerm() {
    Container container = box.started(box.bundle().shell(TRAP.formatted("TERM")));
    Poll.until("the trap", () -> container.stdout().equals("ready\n"));

    box.runtime().raw("kill", container.id()).succeeds();
    container.await("stopped");

    assertEquals("ready\ngot\n", container.stdout());
  }

  @Test
  void killWithSignalZeroOnlyProbes() {
    Container container = box.started(box.bundle().sleeping());

    container.kill("0");

    assertEquals("running", container.status());
  }

  @Test
  void killAllReachesEveryProcess() {
    Container container =
        box.started(
            box.bundle()
                .shell(
                    "(trap 'echo child; exit' USR1; echo r; while :; do usleep 5000; done) & "
                        + "trap 'wait; echo init; exit' USR1; echo r; while :; do usleep 5000; done"));
    Poll.until("both traps", () -> container.stdout().equals("r\nr\n"));

    box.runtime().killAll(container.id(), "USR1").succeeds();
    container.await("stopped");

    assertEquals("r\nr\nchild\ninit\n", container.stdout());
  }

  @Test
  void killAllOfAStoppedContainerIsFine() {
    Container container = box.started(box.bundle().args("true")).await("stopped");

    box.runtime().killAll(container.id(), "KILL").succeeds();
  }

  @Test
  void killOfACreatedContainer() {
    Container container = box.create(box.bundle().sleeping());

    container.kill("KILL").await("stopped");
  }

  @Test
  void deleteEndsAllProcessesOfASharedPidNamespace() {
    Bundle bundle =
        box.bundle().withoutNamespace("pid").shell("sleep 1000 & sleep 1000 & echo up; wait");
    Container container = box.started(bundle);
    Poll.until("the program", () -> container.stdout().equals("up\n"));

    container.kill("KILL").await("stopped");
    // runc warns on stderr while the killed processes still leave the cgroup.
    box.runtime().delete(container.id()).exits(0);

    box.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 255})
  void runExitsAsTheProgram(int status) {
    Result result = box.run(box.bundle().shell("exit " + status));

    result.exits(status);
    assertEquals("", result.stderr());
    box.assertNothingLeft();
  }

  @Test
  void runExitsWith128AndTheSignal() {
    Bundle bundle = box.bundle().shell("echo up; sleep 1000");
    String id = bundle.name();
    Execution run = box.beginRun(bundle);
    run.awaitStdout("up\n"::equals);

    box.runtime().kill(id, "KILL").succeeds();

    assertEquals(137, run.await().exit());
    box.assertNothingLeft();
  }

  @Test
  void runForwardsSignals() {
    Execution run =
        box.beginRun(box.bundle().shell(TRAP.formatted("TERM").replace("exit 0", "exit 42")));
    run.awaitStdout("ready\n"::equals);

    box.host("kill", "-TERM", Integer.toString(run.pid()));

    assertEquals(42, run.await().exit());
    assertEquals("ready\ngot\n", run.stdout());
  }

  @Test
  void runKeepLeavesTheStoppedContainer() {
    Bundle bundle = box.bundle().args("true");

    box.runtime()
        .run(box.owns(bundle.name(), box.runtime()), RunOptions.bundle(bundle.write()).withKeep())
        .succeeds();

    assertEquals("stopped", box.runtime().stateOf(bundle.name()).path("status").asText());
    box.runtime().delete(bundle.name()).succeeds();
    box.assertNothingLeft();
  }

  @Test
  void oneOfManyCreatesOfAnIdWins() {
    List<Execution> creates = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Bundle bundle = box.bundle().sleeping();
      creates.add(
          box.runtime()
              .beginCreate(
                  box.owns("contended-" + bundle.name().split("-b")[0], box.runtime()),
                  CreateOptions.bundle(bundle.write()),
                  Launcher.Stdin.NULL));
    }

    List<Integer> exits =
        creates.stream().map(Execution::await).map(Result::exit).sorted().toList();

    assertEquals(List.of(0, 1, 1, 1), exits);
  }

  @Test
  void manyAtOnce() {
    List<Execution> runs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      runs.add(box.beginRun(box.bundle().args("echo", Integer.toString(i))));
    }

    for (int i = 0; i < 8; i++) {
      assertEquals(i + "\n", runs.get(i).await(Duration.ofSeconds(60)).succeeds().stdout());
    }
    box.assertNothingLeft();
  }

  @Test
  void idsAreNotSharedBetweenRoots() {
    Container container = box.create(box.bundle().sleeping());
    OciRuntime other = box.runtime().with(GlobalOptions.root(box.folder().resolve("other")));

    other.state(container.id()).exits(1);
    assertEquals("", other.list("-q").succeeds().stdout());
  }
}
