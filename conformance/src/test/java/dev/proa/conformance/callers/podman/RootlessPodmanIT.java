package dev.proa.conformance.callers.podman;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** podman as an ordinary user without subordinate ids and without cgroups of their own. */
final class RootlessPodmanIT {
  @RegisterExtension
  static final Caller CALLER =
      new Caller("podman-rootless", "podman", "conmon", "newuidmap", "setpriv");

  private static Podman podman;

  @BeforeAll
  static void start() {
    podman = Podman.user(CALLER);
    CALLER.cleanUp(podman::removeAll);
  }

  @Test
  @DisplayName("run --rm: root in the container, uid 1000 outside")
  void user() {
    String script = "id -u; sed 's/ \\+/ /g' /proc/self/uid_map";
    assertEquals("0\n 0 1000 1", podman.rm(List.of(), "sh", "-c", script).exits(0).text());
  }

  @Test
  @DisplayName("run: exit status of the program")
  void exitStatus() {
    podman.rm(List.of(), "sh", "-c", "exit 37").exits(37);
  }

  @Test
  @DisplayName("run -t: a terminal of the container's own")
  void tty() {
    var run = podman.rmAtTerminal(List.of("-it"), "sh");
    run.type("tty; echo $((6*7))\n").awaitStdout(text -> text.contains("42"));
    assertTrue(run.stdout().contains("/dev/pts/0"), run::stdout);
    run.type("exit 3\n").await().exits(3);
  }

  @Test
  @DisplayName("run -d, exec, logs, stop, rm")
  void lifecycle() {
    String name = CALLER.id("d");
    podman.start(name, List.of(), "sh", "-c", "echo started; trap 'exit 5' TERM; sleep 600 & wait");
    podman.run("exec", name, "sh", "-c", "exit 7").exits(7);
    assertEquals("started", podman.run("logs", name).exits(0).text());
    podman.run("stop", name).exits(0);
    assertEquals("5", podman.inspect(name, ".State.ExitCode"));
    podman.run("rm", name).exits(0);
  }

  @Test
  @DisplayName("run: a program that is not there, exit 127")
  void notFound() {
    podman.rm(List.of(), "nothing").exits(127);
  }
}
