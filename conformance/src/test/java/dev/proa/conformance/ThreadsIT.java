package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One thread in the runtime and in the container's process before its exec: {@code unshare} of a
 * user namespace, and Java after {@code clone}, need that. Any library that starts a thread breaks
 * it silently.
 */
class ThreadsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void onlyHere() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "Go starts threads by itself");
  }

  private static String threads(int pid) {
    return HostFiles.read("/proc/" + pid + "/status")
        .lines()
        .filter(line -> line.startsWith("Threads:"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"prestart", "createRuntime", "createContainer", "poststart", "poststop"})
  void ofWhatRunsAHook(String kind) {
    Path out = box.folder().resolve("threads");
    Bundle bundle =
        box.bundle()
            .args("true")
            .hook(
                kind,
                "read pid comm state ppid rest < /proc/self/stat;"
                    + " grep ^Threads: /proc/$ppid/status > "
                    + out);

    box.run(bundle).exits(0);

    // The parent by its pid in the host's procfs, which $PPID is not for createContainer.
    assertEquals("Threads:\t1", HostFiles.readOrEmpty(out).strip());
  }

  @Test
  void ofTheCreatedProcess() {
    Container container = box.create(box.bundle().sleeping());

    assertEquals("Threads:\t1", threads(container.pid()));
  }

  @Test
  void ofTheForegroundRun() {
    Bundle bundle = box.bundle().shell("echo up; sleep 1000");
    Execution run = box.beginRun(bundle);
    run.awaitStdout("up\n"::equals);

    assertEquals("Threads:\t1", threads(run.pid()));
  }

  /**
   * The runtime in a pids cgroup that allows one task: a thread or child fails, and the kernel
   * counts the failure.
   */
  private Result alone(OciRuntime runtime, Path cgroup, String... arguments) {
    HostFiles.folder(cgroup);
    HostFiles.write(cgroup.resolve("pids.max"), "1");
    return runtime
        .through("sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs; exec \"$@\"", "sh")
        .raw(arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "features",
        "list",
        "list -q",
        "state ID",
        "kill ID 0",
        "kill ID KILL",
        "start ID",
        "delete --force ID"
      })
  void noThreadIsEverTried(String line) {
    Path pids = Path.of("/sys/fs/cgroup/pids");
    assumeTrue(Files.isDirectory(pids), "needs the pids controller of cgroup v1");
    Container container = box.create(box.bundle().sleeping());
    Path cgroup = pids.resolve(box.name()).resolve("alone");

    Result result = alone(box.runtime(), cgroup, line.replace("ID", container.id()).split(" "));

    String events = HostFiles.read(cgroup.resolve("pids.events"));
    box.host("rmdir", cgroup.toString());
    assumeTrue(box.kind() == RuntimeKind.PROA || result.exit() == 0, "a peer needs a child here");
    result.exits(0);
    assertTrue(events.contains("max 0"), events);
  }

  @Test
  void insideTheContainerBeforeStart() {
    // The tasks of the container's pid namespace: exactly one.
    Container container = box.create(box.bundle().sleeping());

    assertEquals(
        List.of(Integer.toString(container.pid())),
        HostFiles.list(Path.of("/proc/" + container.pid() + "/task")).stream()
            .map(path -> path.getFileName().toString())
            .toList());
  }

  @Test
  void withACallersLimitOnProcesses() {
    // As an ordinary user a limit of processes is real; as root it only must not matter.
    Bundle bundle = box.bundle().args("echo", "fine");
    Result result =
        box.runtime()
            .through("prlimit", "--nproc=1")
            .run(
                box.owns(bundle.name(), box.runtime()),
                RunOptions.of(CreateOptions.bundle(bundle.write())));

    assertEquals("fine", result.succeeds().text());
  }
}
