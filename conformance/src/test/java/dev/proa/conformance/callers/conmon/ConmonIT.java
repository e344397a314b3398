package dev.proa.conformance.callers.conmon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.CgroupFiles;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * CRI-O is not in Debian. This drives conmon and the runtime with the command lines that CRI-O
 * makes (its internal/oci/runtime_oci.go), from an environment of PATH, XDG_RUNTIME_DIR and
 * CRI_O_EXTERNAL only: no HOME, TERM or LANG. So it tests everything of CRI-O's that reaches a
 * runtime, and nothing of CRI-O itself.
 */
final class ConmonIT {
  @RegisterExtension static final Caller CALLER = new Caller("conmon-as-cri-o", "conmon");

  private static Path rootfs;
  private static Path root;

  private Monitored container;

  @BeforeAll
  static void prepare() {
    rootfs = HostFiles.folder(CALLER.folder().resolve("rootfs"));
    CALLER.busybox().install(rootfs);
    root = HostFiles.folder(CALLER.folder().resolve("states"));
    CALLER.watch(root);
  }

  @BeforeEach
  void container() {
    container = new Monitored(CALLER, CALLER.id("c"), rootfs, root);
    Monitored mine = container;
    CALLER.cleanUp(() -> mine.runtime("delete", "--force"));
  }

  private void sleeping() {
    String synced = container.create(false, "sleep", "600");
    assertTrue(synced.contains("\"pid\""), synced);
    container.runtime("start").succeeds();
  }

  private void delete() {
    container.runtime("delete", "--force").succeeds();
  }

  @Test
  @DisplayName("create, state, start, log, exit code, delete")
  void lifecycle() throws Exception {
    String synced = container.create(false, "sh", "-c", "echo out; echo err >&2; exit 7");
    assertEquals(container.pid(), json(synced).path("pid").asInt(), synced);
    JsonNode state = json(container.runtime("state").succeeds().stdout());
    assertEquals("created", state.path("status").asText());
    assertEquals(container.pid(), state.path("pid").asInt());
    assertEquals(
        "container", state.path("annotations").path("io.kubernetes.cri-o.ContainerType").asText());
    container.runtime("start").succeeds();
    assertEquals("7", container.exit());
    assertTrue(container.logged("created").contains("stdout:out"), container.logged("created"));
    assertTrue(container.logged("created").contains("stderr:err"), container.logged("created"));
    state = json(container.runtime("state").succeeds().stdout());
    assertEquals("stopped", state.path("status").asText());
    delete();
  }

  @Test
  @DisplayName("create with a terminal, over conmon's socket")
  void terminal() {
    container.create(true, "sh", "-c", "tty");
    container.runtime("start").succeeds();
    assertEquals("0", container.exit());
    assertEquals("stdout:/dev/pts/0", container.logged("created"));
    delete();
  }

  @Test
  @DisplayName("create that fails: conmon hands on the runtime's message")
  void failing() {
    String synced = container.create(false, "nothing");
    assertTrue(synced.contains("-1"), synced);
    assertTrue(synced.contains("executable file"), synced);
    assertFalse(synced.contains("hint:"), synced);
    Result state = container.runtime("state");
    assertTrue(state.exit() != 0, state::toString);
  }

  @Test
  @DisplayName("exec --process, attached: output and exit code")
  void attached() {
    sleeping();
    String process = container.file(container.process("echo out; exit 9"));
    Result exec = container.runtime("exec", "--process", process).exits(9);
    assertEquals("out", exec.text());
    delete();
  }

  @Test
  @DisplayName("conmon --exec: log and exit code")
  void monitoredExec() {
    sleeping();
    String synced = container.exec(container.process("echo out; exit 9"));
    assertTrue(synced.matches("(?s).*\"exit_code\": ?9.*"), synced);
    assertEquals("stdout:out", container.logged("exec"));
    delete();
  }

  @Test
  @DisplayName("update --resources -, pause, resume")
  void update() throws Exception {
    sleeping();
    CgroupFiles files = CgroupFiles.of(container.pid());
    assertEquals("67108864", files.read("memory", "memory.limit_in_bytes", "memory.max"));
    container
        .runtimeReading(
            "{\"memory\":{\"limit\":100663296},\"pids\":{\"limit\":50}}",
            "update",
            "--resources",
            "-")
        .succeeds();
    assertEquals("100663296", files.read("memory", "memory.limit_in_bytes", "memory.max"));
    assertEquals("50", files.read("pids", "pids.max", "pids.max"));
    container.runtime("pause").succeeds();
    assertEquals(
        "paused", json(container.runtime("state").succeeds().stdout()).path("status").asText());
    container.runtime("resume").succeeds();
    delete();
  }

  @Test
  @DisplayName("kill 15, kill 9; a second kill says that nothing runs")
  void kill() {
    container.create(false, "sh", "-c", "trap 'echo got' TERM; while :; do sleep 0.1; done");
    container.runtime("start").succeeds();
    Poll.until(
        "the trap",
        () -> {
          container.kill("15").exits(0);
          return container.logged("created").contains("got");
        });
    container.kill("9").succeeds();
    assertEquals("137", container.exit());
    Result again = container.kill("9");
    // What CRI-O looks for, any of them.
    assertTrue(
        again.stderr().contains("container not running")
            || again.stderr().contains("no such process")
            || again.stderr().contains("invalid process"),
        again::toString);
    delete();
  }

  @Test
  @DisplayName("delete --force of a running container, and of none")
  void deleteForce() {
    sleeping();
    int pid = container.pid();
    delete();
    assertFalse(ProcessHandle.of(pid).isPresent());
    assertEquals("137", container.exit());
    delete();
  }

  @Test
  @DisplayName("features and --version: nothing on standard error")
  void probes() throws Exception {
    JsonNode features = json(CALLER.run(CALLER.executable(), "features").succeeds().stdout());
    assertFalse(features.path("ociVersionMin").asText().isEmpty());
    assertFalse(features.path("ociVersionMax").asText().isEmpty());
    CALLER.run(CALLER.executable(), "--version").succeeds();
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
