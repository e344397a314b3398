package dev.proa.conformance.callers.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.CgroupFiles;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Docker's command line on a daemon whose default runtime is the one under test. */
final class DockerIT {
  @RegisterExtension
  static final Caller CALLER = new Caller("docker", "dockerd", "docker", "containerd", "script");

  private static final List<String> NONE = List.of();

  private static Docker docker;

  @BeforeAll
  static void start() {
    docker = Docker.start(CALLER);
    CALLER.cleanUp(docker::removeAll);
  }

  @AfterAll
  static void stop() {
    if (docker != null) {
      docker.close();
    }
  }

  private static String sleeping(String... options) {
    String name = CALLER.id("d");
    docker.start(name, List.of(options), "sleep", "600");
    return name;
  }

  private static void remove(String name) {
    docker.run("rm", "-f", name).exits(0);
  }

  @Test
  @DisplayName("run --rm: output, standard error apart, exit status")
  void output() {
    Result result = docker.rm(NONE, "sh", "-c", "echo out; echo err >&2; exit 37").exits(37);
    assertEquals("out", result.text());
    assertEquals("err", result.stderr().strip());
  }

  @Test
  @DisplayName("run -i: standard input")
  void stdin() {
    Execution run = docker.line().begin(Launcher.Stdin.PIPE, docker.rmLine(List.of("-i"), "cat"));
    run.type("hello\n").awaitStdout("hello\n"::equals);
    run.closeStdin();
    run.await().succeeds();
  }

  @Test
  @DisplayName("run -t: a terminal of the container's own")
  void tty() {
    Execution run = docker.line().beginAtTerminal(docker.rmLine(List.of("-it"), "sh"));
    run.type("tty; echo $((6*7))\n").awaitStdout(text -> text.contains("42"));
    assertTrue(run.stdout().contains("/dev/pts/0"), run::stdout);
    run.type("exit 3\n").await().exits(3);
  }

  @Test
  @DisplayName("run --env --workdir --user --hostname")
  void environment() {
    List<String> options =
        List.of("-e", "A=b c", "-w", "/tmp", "--user", "1000:1000", "--hostname", "there");
    assertEquals(
        "b c:/tmp:1000:1000:there",
        docker.script(options, "echo \"$A:$PWD:$(id -u):$(id -g):$(hostname)\""));
  }

  @Test
  @DisplayName("run --volume --read-only --tmpfs")
  void mounts() {
    Path shared = HostFiles.folder(CALLER.folder().resolve("shared"));
    HostFiles.write(shared.resolve("file"), "text\n");
    List<String> options =
        List.of(
            "-v",
            shared + ":/mnt/rw",
            "-v",
            shared + ":/mnt/ro:ro",
            "--read-only",
            "--tmpfs",
            "/tmp:size=64k");
    String script =
        "cat /mnt/ro/file; touch /mnt/ro/x 2> /dev/null || echo ro; touch /x 2> /dev/null || echo ro;"
            + " touch /mnt/rw/new; grep -c ' /tmp tmpfs .*size=64k' /proc/mounts";
    assertEquals("text\nro\nro\n1", docker.script(options, script));
    assertTrue(Files.exists(shared.resolve("new")));
  }

  @Test
  @DisplayName("run --cap-drop --cap-add, no-new-privileges, the default seccomp profile")
  void security() {
    List<String> options =
        List.of("--cap-drop=ALL", "--cap-add=CHOWN", "--security-opt", "no-new-privileges");
    String script = "grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status | cut -f 2";
    assertEquals("0000000000000001\n1\n2", docker.script(options, script));
  }

  @Test
  @DisplayName("run --memory --cpus --pids-limit, update")
  void limits() {
    String name = sleeping("--memory", "64m", "--cpus", "0.5", "--pids-limit", "50");
    CgroupFiles files = CgroupFiles.of(docker.pid(name));
    assertEquals("67108864", files.read("memory", "memory.limit_in_bytes", "memory.max"));
    assertEquals("50", files.read("pids", "pids.max", "pids.max"));
    docker
        .run("update", "--memory", "96m", "--memory-swap", "96m", "--pids-limit", "60", name)
        .exits(0);
    assertEquals("100663296", files.read("memory", "memory.limit_in_bytes", "memory.max"));
    assertEquals("60", files.read("pids", "pids.max", "pids.max"));
    remove(name);
  }

  @Test
  @DisplayName("run --memory: a container killed for want of memory says OOMKilled")
  void oom() {
    String name = CALLER.id("o");
    docker.start(
        name,
        List.of("--memory", "16m", "--memory-swap", "16m"),
        "dd",
        "if=/dev/zero",
        "of=/dev/null",
        "bs=64M");
    docker.run("wait", name).exits(0);
    assertEquals("137 true", docker.inspect(name, ".State.ExitCode}} {{.State.OOMKilled"));
    remove(name);
  }

  @Test
  @DisplayName("run --init")
  void init() {
    assertEquals(
        "/sbin/docker-init -- sh -c",
        docker.script(List.of("--init"), "tr '\\0' ' ' < /proc/1/cmdline").substring(0, 26));
  }

  @Test
  @DisplayName("run: a program that is not there, exit 127")
  void notFound() {
    Result result = docker.rm(NONE, "nothing").exits(127);
    assertTrue(result.stderr().contains("executable file not found"), result::toString);
  }

  @Test
  @DisplayName("run: a file that cannot be executed, exit 126")
  void notExecutable() {
    Result result = docker.rm(NONE, "/etc/passwd").exits(126);
    assertTrue(result.stderr().contains("permission denied"), result::toString);
  }

  @Test
  @DisplayName("run: a mount of a folder onto a file")
  void badMount() {
    Result result = docker.rm(List.of("-v", "/tmp:/etc/passwd"), "true");
    assertTrue(result.exit() == 127 || result.exit() == 125, result::toString);
    assertTrue(result.stderr().contains("not a directory"), result::toString);
  }

  @Test
  @DisplayName("exec: output, exit status, user, environment, working directory; -t, -d")
  void exec() {
    String name = sleeping();
    String script = "echo \"$A:$PWD:$(id -u):$(id -g)\"; exit 7";
    Result result =
        docker.run("exec", "-u", "1000:1000", "-w", "/tmp", "-e", "A=b", name, "sh", "-c", script);
    assertEquals("b:/tmp:1000:1000", result.exits(7).text());
    // Docker 28 answers 126 here, others 127.
    Result missing = docker.run("exec", name, "nothing");
    assertTrue(missing.exit() == 126 || missing.exit() == 127, missing::toString);
    assertTrue(missing.stdout().contains("executable file not found"), missing::toString);
    docker.run("exec", name, "/etc/passwd").exits(126);
    docker.run("exec", "-d", name, "touch", "/tmp/made").exits(0);
    Execution exec = docker.line().beginAtTerminal("exec", "-it", name, "sh");
    exec.type("tty; echo $((6*7))\n").awaitStdout(text -> text.contains("42"));
    assertTrue(exec.stdout().contains("/dev/pts/"), exec::stdout);
    exec.type("test -e /tmp/made || exit 1; exit 3\n").await().exits(3);
    remove(name);
  }

  @Test
  @DisplayName("pause, unpause, stats, top, logs")
  void observed() {
    String name = CALLER.id("d");
    docker.start(name, NONE, "sh", "-c", "echo started; exec sleep 600");
    docker.run("pause", name).exits(0);
    assertEquals("paused", docker.inspect(name, ".State.Status"));
    docker.run("unpause", name).exits(0);
    assertEquals("1", docker.line().output("stats", "--no-stream", "--format", "{{.PIDs}}", name));
    String top = docker.line().output("top", name);
    assertTrue(top.contains("sleep 600"), top);
    assertEquals("started", docker.run("logs", name).exits(0).text());
    remove(name);
  }

  @Test
  @DisplayName("stop: SIGTERM is enough; restart; kill with another signal")
  void stopped() {
    String name = CALLER.id("d");
    docker.start(
        name, NONE, "sh", "-c", "trap 'exit 5' TERM; trap 'exit 6' USR1; sleep 600 & wait");
    int first = docker.pid(name);
    docker.run("stop", "-t", "30", name).exits(0);
    assertEquals("5", docker.inspect(name, ".State.ExitCode"));
    docker.run("restart", name).exits(0);
    assertNotEquals(first, docker.pid(name));
    docker.run("kill", "-s", "USR1", name).exits(0);
    docker.run("wait", name);
    assertEquals("6", docker.inspect(name, ".State.ExitCode"));
    remove(name);
  }

  @Test
  @DisplayName("run --restart: a program that fails is started again")
  void restartPolicy() {
    String name = CALLER.id("d");
    docker.start(name, List.of("--restart", "on-failure:2"), "sh", "-c", "echo run; exit 1");
    Poll.until(
        "three runs",
        () -> docker.inspect(name, ".State.Status}} {{.RestartCount").equals("exited 2"));
    assertEquals(List.of("run", "run", "run"), docker.run("logs", name).lines());
    remove(name);
  }

  @Test
  @DisplayName("run --network container: a server's localhost answers in a second container")
  void compose() {
    String name = CALLER.id("s");
    docker.start(
        name, NONE, "sh", "-c", "echo page > /tmp/page; exec httpd -f -p 127.0.0.1:8080 -h /tmp");
    String script =
        "until wget -q -O - http://127.0.0.1:8080/page 2> /dev/null; do sleep 0.2; done";
    // Not silent: Docker warns where the machine forwards no packets.
    List<String> joined = List.of("--network", "container:" + name);
    assertEquals("page", docker.rm(joined, "sh", "-c", script).exits(0).text());
    remove(name);
  }

  @Test
  @DisplayName("4 containers at once")
  void four() {
    List<Execution> runs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runs.add(
          docker
              .line()
              .begin(Launcher.Stdin.NULL, docker.rmLine(NONE, "sh", "-c", "sleep 1; exit " + i)));
    }
    for (int i = 0; i < 4; i++) {
      runs.get(i).await().exits(i);
    }
  }

  @Test
  @DisplayName("run --privileged")
  void privileged() {
    assertEquals(
        "0", docker.script(List.of("--privileged"), "grep Seccomp: /proc/self/status | cut -f 2"));
  }

  @Test
  @DisplayName("docker info: the runtime is known and is the default")
  void info() {
    assertEquals("tested", docker.line().output("info", "--format", "{{.DefaultRuntime}}"));
  }
}
