package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.CgroupFiles;
import dev.proa.conformance.host.HostFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code ctr} on containerd: a container's life, command by command, as the shim asks for it. */
final class ContainerdIT {
  @RegisterExtension
  static final Caller CALLER = new Caller("containerd", "containerd", "ctr", "script");

  private static final List<String> NONE = List.of();

  private static Containerd containerd;
  private static Ctr ctr;

  @BeforeAll
  static void start() {
    containerd = Containerd.start(CALLER, "", "io.containerd.grpc.v1.cri");
    ctr = Ctr.withBusybox(CALLER, containerd);
  }

  @AfterAll
  static void stop() {
    if (containerd != null) {
      containerd.close();
    }
  }

  private static Task sleeping(String... options) {
    return ctr.start(List.of(options), "sleep", "600");
  }

  @Test
  @DisplayName("run: output, standard error apart, exit status 0")
  void output() {
    Result result = ctr.rm(NONE, "sh", "-c", "echo out; echo err >&2").exits(0);
    assertEquals("out", result.text());
    assertEquals("err", result.stderr().strip());
  }

  @Test
  @DisplayName("run: the image's command")
  void imagesCommand() {
    Execution run = ctr.begin(Launcher.Stdin.PIPE, ctr.rmLine(NONE));
    run.type("echo $((6*7)); exit 2\n").await().exits(2);
    assertEquals("42\n", run.stdout());
  }

  @Test
  @DisplayName("run: exit status of the program")
  void exitStatus() {
    ctr.rm(NONE, "sh", "-c", "exit 37").exits(37);
  }

  @Test
  @DisplayName("run: standard input")
  void stdin() {
    Execution run = ctr.begin(Launcher.Stdin.PIPE, ctr.rmLine(NONE, "cat"));
    run.type("hello\n").awaitStdout("hello\n"::equals);
    run.closeStdin();
    run.await().succeeds();
  }

  @Test
  @DisplayName("run: 8 MB of output arrive whole")
  void muchOutput() {
    Result result = ctr.rm(NONE, "sh", "-c", "yes 1234567 | head -n 1000000").succeeds();
    assertEquals(8_000_000, result.stdout().length());
  }

  @Test
  @DisplayName("run --tty: a terminal of the container's own")
  void tty() {
    Execution run = ctr.beginAtTerminal(ctr.rmLine(List.of("--tty"), "sh"));
    run.type("tty; echo $((6*7))\n").awaitStdout(text -> text.contains("42"));
    assertTrue(run.stdout().contains("/dev/pts/0"), run::stdout);
    run.type("exit 3\n");
    run.await().exits(3);
  }

  @Test
  @DisplayName("run --detach: status and pid, until it is killed")
  void detached() {
    try (Task task = sleeping()) {
      assertEquals("RUNNING", task.status());
      assertEquals("sleep\000600\000", HostFiles.read("/proc/" + task.pid() + "/cmdline"));
    }
  }

  @Test
  @DisplayName("run --detach: a program that ends becomes STOPPED; delete gives its exit status")
  void ended() {
    try (Task task = ctr.start(NONE, "sh", "-c", "exit 7")) {
      task.await("STOPPED");
      assertEquals(7, task.delete());
    }
  }

  @Test
  @DisplayName("tasks exec: output and exit status")
  void exec() {
    try (Task task = sleeping()) {
      assertEquals("in", task.exec("echo", "in").succeeds().text());
      task.exec("sh", "-c", "exit 9").exits(9);
    }
  }

  @Test
  @DisplayName("tasks exec --user --cwd")
  void execUser() {
    try (Task task = sleeping("--env", "A=b")) {
      List<String> options = List.of("--user", "1000:1000", "--cwd", "/tmp");
      assertEquals(
          "1000 1000 /tmp b",
          task.execWith(options, "sh", "-c", "echo $(id -u) $(id -g) $PWD $A").succeeds().text());
    }
  }

  @Test
  @DisplayName("tasks exec --detach: listed by ps, killed by its own id")
  void execDetached() {
    try (Task task = sleeping()) {
      task.execWith(List.of("--detach", "--exec-id", "two"), "sleep", "700").exits(0);
      Result ps = task.command("ps").exits(0);
      assertEquals(3, ps.lines().size(), ps::toString);
      assertTrue(ps.stdout().contains("two"), ps::toString);
      task.kill("--exec-id", "two", "--signal", "SIGKILL").exits(0);
      Poll.until("end of it", () -> task.command("ps").lines().size() == 2);
      task.command("delete", "--exec-id", "two").exits(137);
    }
  }

  @Test
  @DisplayName("tasks exec --tty")
  void execTty() {
    try (Task task = sleeping()) {
      Execution exec = ctr.beginAtTerminal(task.execLine(List.of("--tty"), "sh"));
      exec.type("tty; echo $((6*7))\n").awaitStdout(text -> text.contains("42"));
      assertTrue(exec.stdout().contains("/dev/pts/"), exec::stdout);
      exec.type("exit 4\n");
      exec.await().exits(4);
    }
  }

  @Test
  @DisplayName("tasks exec: \"executable file not found in $PATH\" reaches the user")
  void execNotFound() {
    try (Task task = sleeping()) {
      String error = task.exec("no-such-program").exits(1).stderr();
      assertTrue(error.contains("executable file"), error);
      assertTrue(error.contains("not found in $PATH"), error);
      assertEquals("RUNNING", task.status());
    }
  }

  @Test
  @DisplayName("tasks exec: eight at once")
  void manyExecs() {
    try (Task task = sleeping()) {
      List<Execution> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(task.beginExec(NONE, "sh", "-c", "exit " + i));
      }
      for (int i = 0; i < 8; i++) {
        all.get(i).await().exits(i);
      }
    }
  }

  @Test
  @DisplayName("tasks pause, resume: status and effect")
  void pause() {
    try (Task task = ctr.start(NONE, "sh", "-c", "while true; do true; done")) {
      task.command("pause").exits(0);
      assertEquals("PAUSED", task.status());
      CgroupFiles files = CgroupFiles.of(task.pid());
      long then = files.cpuNanos();
      ctr.run("version").exits(0);
      assertEquals(then, files.cpuNanos());
      task.command("resume").exits(0);
      assertEquals("RUNNING", task.status());
      Poll.until("more CPU time", () -> files.cpuNanos() > then);
    }
  }

  @Test
  @DisplayName("tasks exec in a paused container fails")
  void execPaused() {
    try (Task task = sleeping()) {
      task.command("pause").exits(0);
      String error = task.exec("true").exits(1).stderr();
      assertTrue(error.contains("paused"), error);
      task.command("resume").exits(0);
      task.exec("true").succeeds();
    }
  }

  @Test
  @DisplayName("tasks kill: signals by name and number reach the program")
  void signals() {
    String script =
        "trap 'echo usr1 > /tmp/seen' USR1; trap 'echo hup >> /tmp/seen; exit 5' HUP; "
            + "echo ready > /tmp/seen; while true; do sleep 0.1; done";
    try (Task task = ctr.start(NONE, "sh", "-c", script)) {
      seen(task, "ready");
      task.kill("--signal", "SIGUSR1").exits(0);
      seen(task, "usr1");
      task.kill("--signal", "1").exits(0);
      task.await("STOPPED");
      assertEquals(5, task.delete());
    }
  }

  private static void seen(Task task, String text) {
    Poll.until(
        "what the program saw",
        Duration.ofSeconds(20),
        () -> task.exec("cat", "/tmp/seen").text(),
        text::equals);
  }

  @Test
  @DisplayName("tasks kill: SIGKILL gives 137, a stopped task cannot be killed")
  void killed() {
    try (Task task = sleeping()) {
      task.kill("--signal", "SIGKILL").exits(0);
      task.await("STOPPED");
      String error = task.kill("--signal", "SIGKILL").exits(1).stderr();
      assertTrue(error.contains("process already finished: not found"), error);
      assertEquals(137, task.delete());
    }
  }

  @Test
  @DisplayName("tasks kill --all: every process of the container gets it")
  void killedAll() {
    String script =
        "trap : TERM; sh -c 'trap \"echo two; exit\" TERM; echo ready; while true; do sleep 0.1; done'";
    Execution run =
        ctr.begin(Launcher.Stdin.NULL, ctr.rmLine(NONE, "sh", "-c", script + "; echo one"));
    run.awaitStdout(text -> text.contains("ready"));
    ctr.run("tasks", "kill", "--all", "--signal", "SIGTERM", CALLER.id("r")).exits(0);
    assertEquals("ready\ntwo\none\n", run.await().exits(0).stdout());
  }

  @Test
  @DisplayName("tasks delete: refused while it runs, --force ends it")
  void delete() {
    try (Task task = sleeping()) {
      task.command("delete").exits(1);
      assertEquals("RUNNING", task.status());
      assertEquals(137, task.delete("--force"));
      assertEquals("NONE", task.status());
    }
  }

  @Test
  @DisplayName("tasks ps: children too")
  void processes() {
    try (Task task = ctr.start(NONE, "sh", "-c", "sleep 800 & sleep 800 & wait")) {
      Poll.until("three processes", () -> task.command("ps").exits(0).lines().size() == 4);
      assertTrue(task.command("ps").stdout().contains(Integer.toString(task.pid())));
    }
  }

  @Test
  @DisplayName("tasks metrics: memory, CPU time, processes")
  void metrics() {
    try (Task task = sleeping("--memory-limit", "67108864")) {
      JsonNode metrics =
          OciRuntime.json(task.command("metrics", "--format", "json").exits(0).stdout());
      boolean v2 = metrics.at("/memory/usage").isNumber();
      assertEquals(1, metrics.at("/pids/current").asLong(), metrics::toString);
      assertTrue(
          metrics.at(v2 ? "/memory/usage" : "/memory/usage/usage").asLong() > 0, metrics::toString);
      assertEquals(
          67108864,
          metrics.at(v2 ? "/memory/usage_limit" : "/memory/usage/limit").asLong(),
          metrics::toString);
      assertTrue(
          metrics.at(v2 ? "/cpu/usage_usec" : "/cpu/usage/total").asLong() > 0, metrics::toString);
    }
  }

  @Test
  @DisplayName("signals sent to ctr run reach the program")
  void forwarded() {
    String script =
        "trap 'echo got; exit 6' TERM; trap 'echo seen' WINCH; echo ready;"
            + " while true; do sleep 0.1; done";
    Execution run = ctr.begin(Launcher.Stdin.NULL, ctr.rmLine(NONE, "sh", "-c", script));
    run.awaitStdout("ready\n"::equals);
    String pid = Integer.toString(run.pid());
    // ctr forwards signals only some time after the start; until then TERM would end ctr itself.
    Poll.until(
        "a signal that ctr forwards",
        () -> {
          CALLER.run("kill", "-WINCH", pid).succeeds();
          return run.stdout().contains("seen");
        });
    CALLER.run("kill", "-TERM", pid).succeeds();
    String said = run.await().exits(6).stdout();
    assertTrue(said.endsWith("seen\ngot\n"), said);
  }
}
