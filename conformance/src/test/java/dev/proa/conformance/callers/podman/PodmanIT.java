package dev.proa.conformance.callers.podman;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.CgroupFiles;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** podman as root: containers one by one. */
final class PodmanIT {
  @RegisterExtension
  static final Caller CALLER = new Caller("podman", "podman", "conmon", "script");

  private static final List<String> NONE = List.of();

  private static Podman podman;

  @BeforeAll
  static void start() {
    podman = Podman.root(CALLER);
    CALLER.cleanUp(podman::removeAll);
  }

  private static String sleeping(String... options) {
    String name = CALLER.id("d");
    podman.start(name, List.of(options), "sleep", "600");
    return name;
  }

  private static void remove(String name) {
    podman.run("rm", "-f", "-t", "0", name).exits(0);
  }

  @Test
  @DisplayName("run --rm: output, standard error apart, exit status 0")
  void output() {
    Result result = podman.rm(NONE, "sh", "-c", "echo out; echo err >&2").exits(0);
    assertEquals("out", result.text());
    assertEquals("err", result.stderr().strip());
  }

  @Test
  @DisplayName("run: exit status of the program")
  void exitStatus() {
    podman.rm(NONE, "sh", "-c", "exit 37").exits(37);
  }

  @Test
  @DisplayName("run -i: standard input")
  void stdin() {
    Execution run = podman.line().begin(Launcher.Stdin.PIPE, podman.rmLine(List.of("-i"), "cat"));
    run.type("hello\n").awaitStdout("hello\n"::equals);
    run.closeStdin();
    run.await().succeeds();
  }

  @Test
  @DisplayName("run -t: a terminal of the container's own")
  void tty() {
    Execution run = podman.rmAtTerminal(List.of("-it"), "sh");
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
        podman.script(options, "echo \"$A:$PWD:$(id -u):$(id -g):$(hostname)\""));
  }

  @Test
  @DisplayName("run --volume: writable and read-only")
  void volumes() {
    Path shared = HostFiles.folder(CALLER.folder().resolve("shared"));
    HostFiles.write(shared.resolve("file"), "text\n");
    List<String> options = List.of("-v", shared + ":/mnt/rw", "-v", shared + ":/mnt/ro:ro");
    String script = "cat /mnt/ro/file; touch /mnt/ro/x 2> /dev/null || echo ro; touch /mnt/rw/new";
    assertEquals("text\nro", podman.script(options, script));
    assertTrue(Files.exists(shared.resolve("new")));
  }

  @Test
  @DisplayName("run --read-only --tmpfs --shm-size")
  void readOnly() {
    List<String> options =
        List.of(
            "--read-only", "--read-only-tmpfs=false", "--tmpfs", "/t:size=64k", "--shm-size=1m");
    String script =
        "touch /x 2> /dev/null || echo ro; touch /t/x; grep -c ' /t tmpfs .*size=64k' /proc/mounts;"
            + " grep -c ' /dev/shm .*size=1024k' /proc/mounts";
    assertEquals("ro\n1\n1", podman.script(options, script));
  }

  @Test
  @DisplayName("run --cap-drop --cap-add: exactly those")
  void capabilities() {
    String script = "grep -E 'Cap(Eff|Bnd)' /proc/self/status | tr -s '\\t' ' '";
    assertEquals(
        "CapEff: 0000000000000401\nCapBnd: 0000000000000401",
        podman.script(
            List.of("--cap-drop=ALL", "--cap-add=CHOWN", "--cap-add=NET_BIND_SERVICE"), script));
  }

  @Test
  @DisplayName("run --memory --cpus --pids-limit")
  void limits() {
    String name = sleeping("--memory", "64m", "--cpus", "0.5", "--pids-limit", "50");
    CgroupFiles files = CgroupFiles.of(podman.pid(name));
    assertEquals("67108864", files.read("memory", "memory.limit_in_bytes", "memory.max"));
    assertEquals("50", files.read("pids", "pids.max", "pids.max"));
    if (files.has("cpu", "cpu.cfs_quota_us", "")) {
      assertEquals("50000", files.read("cpu", "cpu.cfs_quota_us", ""));
    }
    remove(name);
  }

  @Test
  @DisplayName("run --memory: a container is killed for want of memory")
  void oom() {
    String name = CALLER.id("o");
    podman.start(
        name,
        List.of("--memory", "16m", "--memory-swap", "16m"),
        "sh",
        "-c",
        "dd if=/dev/zero of=/dev/null bs=64M");
    podman.run("wait", name).exits(0);
    assertEquals("137", podman.inspect(name, ".State.ExitCode"));
    remove(name);
  }

  @Test
  @DisplayName("run --cgroups=disabled: the container stays in its creator's cgroup")
  void cgroupsDisabled() {
    assumeTrue(CALLER.kind() != RuntimeKind.RUNC, "runc has no --cgroup-manager");
    String own =
        HostFiles.read("/proc/self/cgroup")
            .lines()
            .filter(l -> l.contains(":memory:"))
            .findFirst()
            .orElse("");
    Result run =
        podman.run(
            "run",
            "--rm",
            "--cgroups=disabled",
            "--cgroupns=host",
            Podman.BUSYBOX,
            "cat",
            "/proc/self/cgroup");
    assertTrue(run.succeeds().lines().contains(own), () -> own + "\n" + run);
  }

  @Test
  @DisplayName("run --init: an init reaps orphans")
  void init() {
    assumeTrue(Files.exists(Path.of("/usr/bin/tini-static")), "tini-static is not installed");
    String script =
        "(sleep 0.1 &); tr '\\0' ' ' < /proc/1/cmdline; sleep 1; ps | grep -c ' [Z] ' || true";
    assertEquals(
        "/run/podman-init -- sh -c", podman.script(List.of("--init"), script).substring(0, 25));
  }

  @Test
  @DisplayName("run: the default seccomp profile, and seccomp=unconfined")
  void seccomp() {
    String script = "grep Seccomp: /proc/self/status";
    assertEquals("Seccomp:\t2", podman.rm(NONE, "sh", "-c", script).text());
    Result unconfined =
        podman.rm(List.of("--security-opt", "seccomp=unconfined"), "sh", "-c", script);
    assertEquals("Seccomp:\t0", unconfined.lines().getFirst());
  }

  @Test
  @DisplayName("run --privileged: all capabilities and no seccomp filter")
  void privileged() {
    String script = "grep -E 'Seccomp:|CapEff' /proc/self/status | cut -f 2";
    String host =
        HostFiles.read("/proc/self/status")
            .lines()
            .filter(l -> l.startsWith("CapBnd"))
            .findFirst()
            .orElse("");
    assertEquals(host.split("\t", 2)[1] + "\n0", podman.script(List.of("--privileged"), script));
  }

  @Test
  @DisplayName("run: a program that is not there, exit 127")
  void notFound() {
    Result result = podman.rm(NONE, "nothing").exits(127);
    assertTrue(result.stderr().contains("executable file"), result::toString);
  }

  @Test
  @DisplayName("run: a file that cannot be executed, exit 126")
  void notExecutable() {
    Result result = podman.rm(NONE, "/etc/passwd").exits(126);
    assertTrue(
        result.stderr().toLowerCase(Locale.ROOT).contains("permission denied"), result::toString);
  }

  @Test
  @DisplayName("run --preserve-fds: a descriptor of the caller's")
  void preserveFds() {
    Path file = HostFiles.write(CALLER.folder().resolve("preserved"), "kept\n");
    String[] line =
        podman
            .line()
            .line(podman.rmLine(List.of("--preserve-fds", "1"), "sh", "-c", "cat <&3"))
            .toArray(String[]::new);
    List<String> all =
        new ArrayList<>(List.of("sh", "-c", "exec 3< " + file + "; exec \"$@\"", "sh"));
    all.addAll(List.of(line));
    assertEquals(
        "kept",
        CALLER
            .begin(all, podman.line().environment(), Launcher.Stdin.NULL)
            .await()
            .exits(0)
            .text());
  }

  @Test
  @DisplayName("run -d, ps, logs, wait: exit status of a program that has ended")
  void detached() {
    String name = CALLER.id("d");
    podman.start(name, NONE, "sh", "-c", "echo out; echo err >&2; exit 9");
    assertEquals("9", podman.run("wait", name).exits(0).text());
    Result logs = podman.run("logs", name).exits(0);
    assertEquals("out", logs.text());
    assertEquals("err", logs.stderr().strip());
    remove(name);
  }

  @Test
  @DisplayName("exec: output, exit status, user, environment, working directory")
  void exec() {
    String name = sleeping();
    String script = "echo \"$A:$PWD:$(id -u):$(id -g)\"; exit 7";
    Result result =
        podman.run("exec", "-u", "1000:1000", "-w", "/tmp", "-e", "A=b", name, "sh", "-c", script);
    assertEquals("b:/tmp:1000:1000", result.exits(7).text());
    podman.run("exec", name, "nothing").exits(127);
    podman.run("exec", name, "/etc/passwd").exits(126);
    remove(name);
  }

  @Test
  @DisplayName("exec -t: a terminal of its own; exec -d")
  void execTty() {
    String name = sleeping();
    Execution exec = podman.line().beginAtTerminal("exec", "-it", name, "sh");
    exec.type("tty; echo $((6*7))\n").awaitStdout(text -> text.contains("42"));
    assertTrue(exec.stdout().contains("/dev/pts/"), exec::stdout);
    exec.type("exit 3\n").await().exits(3);
    podman.run("exec", "-d", name, "touch", "/tmp/made").exits(0);
    Poll.until("exec -d", () -> podman.run("exec", name, "test", "-e", "/tmp/made").exit() == 0);
    remove(name);
  }

  @Test
  @DisplayName("pause, ps, unpause")
  void pause() {
    String name = sleeping();
    podman.run("pause", name).exits(0);
    assertEquals("paused", podman.inspect(name, ".State.Status"));
    podman.run("unpause", name).exits(0);
    podman.run("exec", name, "true").exits(0);
    remove(name);
  }

  @Test
  @DisplayName("stats, top")
  void observed() {
    String name = sleeping();
    assertEquals("1", podman.line().output("stats", "--no-stream", "--format", "{{.PIDS}}", name));
    String top = podman.line().output("top", name, "pid", "args");
    assertTrue(top.contains("sleep 600"), top);
    remove(name);
  }

  @Test
  @DisplayName("update: memory of a running container")
  void update() {
    String name = sleeping("--memory", "64m");
    podman.run("update", "--memory", "96m", "--memory-swap", "96m", name).exits(0);
    CgroupFiles files = CgroupFiles.of(podman.pid(name));
    assertEquals("100663296", files.read("memory", "memory.limit_in_bytes", "memory.max"));
    remove(name);
  }

  @Test
  @DisplayName("stop: SIGTERM is enough; kill with another signal; restart")
  void stopped() {
    String name = CALLER.id("d");
    podman.start(
        name, NONE, "sh", "-c", "trap 'exit 5' TERM; trap 'exit 6' USR1; sleep 600 & wait");
    int first = podman.pid(name);
    podman.run("stop", "-t", "30", name).exits(0);
    assertEquals("5", podman.inspect(name, ".State.ExitCode"));
    podman.run("restart", name).exits(0);
    assertTrue(first != podman.pid(name));
    podman.run("kill", "-s", "USR1", name).exits(0);
    podman.run("wait", name).exits(0);
    assertEquals("6", podman.inspect(name, ".State.ExitCode"));
    remove(name);
  }

  @Test
  @DisplayName("run --pid --ipc --network of another container")
  void sharedNamespaces() {
    String name = sleeping("--ipc", "shareable");
    String of = "container:" + name;
    String script =
        "readlink /proc/self/ns/net; readlink /proc/self/ns/ipc; ps | grep -c '[s]leep 600'";
    int pid = podman.pid(name);
    assertEquals(
        HostFiles.target("/proc/" + pid + "/ns/net")
            + "\n"
            + HostFiles.target("/proc/" + pid + "/ns/ipc")
            + "\n1",
        podman.script(List.of("--pid", of, "--ipc", of, "--network", of), script));
    remove(name);
  }

  @Test
  @DisplayName("create, start --attach, a second start")
  void created() {
    String name = CALLER.id("c");
    podman
        .run(
            "create",
            "--cgroup-parent",
            "/" + CALLER.name(),
            "--name",
            name,
            Podman.BUSYBOX,
            "echo",
            "hello")
        .exits(0);
    assertEquals("hello", podman.run("start", "--attach", name).exits(0).text());
    assertEquals("hello", podman.run("start", "--attach", name).exits(0).text());
    remove(name);
  }

  @Test
  @DisplayName("run --ulimit --sysctl --device --group-add")
  void more() {
    List<String> options =
        List.of(
            "--ulimit",
            "nofile=512:600",
            "--ulimit",
            "nproc=1024:1024",
            "--sysctl",
            "net.ipv4.ip_unprivileged_port_start=99",
            "--device",
            "/dev/null:/dev/mine:r",
            "--group-add",
            "77");
    String script =
        "ulimit -n; ulimit -Hn; cat /proc/sys/net/ipv4/ip_unprivileged_port_start;"
            + " stat -c %F /dev/mine; id -G";
    String text = podman.script(options, script);
    assertTrue(text.startsWith("512\n600\n99\ncharacter special file\n"), text);
    assertTrue(text.endsWith(" 77"), text);
  }

  @Test
  @DisplayName("podman info: the runtime's name and version")
  void info() {
    String info = podman.line().output("info", "--format", "{{.Host.OCIRuntime.Version}}");
    assertTrue(info.startsWith(CALLER.kind().name().toLowerCase(Locale.ROOT) + " version "), info);
  }

  @Test
  @DisplayName("the probes for checkpoint and for a pod's restore")
  void probes() {
    CALLER.run(CALLER.executable(), "checkpoint", "--help").exits(0);
    Result restore = CALLER.run(CALLER.executable(), "restore", "--lsm-mount-context");
    assertTrue(
        restore.stderr().contains("flag needs an argument")
            || restore.stderr().contains("requires an argument"),
        restore::toString);
  }
}
