package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code ctr} on containerd: what the shim asks of a runtime, command by command. */
final class ContainerdIT {
  @RegisterExtension
  static final Caller CALLER = new Caller("containerd", "containerd", "ctr", "script");

  private static final List<String> NONE = List.of();

  private static Containerd containerd;
  private static Ctr ctr;

  @BeforeAll
  static void start() {
    containerd = Containerd.start(CALLER, "", "io.containerd.grpc.v1.cri");
    containerd.load(CALLER.name(), Containerd.BUSYBOX, NONE, List.of("sh"));
    ctr = new Ctr(CALLER, containerd, CALLER.name());
    CALLER.cleanUp(ctr::removeAll);
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

  /** The output of {@code run --rm}, which must succeed silently. */
  private static String output(List<String> options, String script) {
    return ctr.rm(options, "sh", "-c", script).succeeds().text();
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
  @DisplayName("run --env --cwd")
  void environment() {
    List<String> options = List.of("--env", "A=b c", "--env", "D=", "--cwd", "/tmp/new");
    assertEquals("b c:yes::/tmp/new:/bin", output(options, "echo \"$A:${D+yes}:$D:$PWD:$PATH\""));
  }

  @Test
  @DisplayName("run --config: the program runs as the config's user and groups")
  void user() {
    Path rootfs = HostFiles.folder(CALLER.folder().resolve("user"));
    CALLER.busybox().install(rootfs);
    String config =
        """
        {"ociVersion":"1.0.2",
         "process":{"args":["id"],"cwd":"/","env":["PATH=/bin"],
           "user":{"uid":1000,"gid":1000,"additionalGids":[5,10]}},
         "root":{"path":"%s"},
         "mounts":[{"destination":"/proc","type":"proc","source":"proc"}],
         "linux":{"cgroupsPath":"/%s/config","namespaces":[{"type":"pid"},{"type":"mount"}]}}
        """
            .formatted(rootfs, CALLER.name());
    Path file = HostFiles.write(CALLER.folder().resolve("config.json"), config);
    Result result =
        ctr.run(
            "run",
            "--rm",
            "--runc-binary",
            CALLER.executable(),
            "--runc-root",
            containerd.runtimeRoot().toString(),
            "--config",
            file.toString(),
            CALLER.id("u"));
    assertEquals(
        "uid=1000(user) gid=1000(user) groups=5,10",
        result.succeeds().text().replace("1000(user),", ""));
  }

  @Test
  @DisplayName("run --mount: bind mounts, read-only and writable, and tmpfs")
  void mounts() {
    Path folder = HostFiles.folder(CALLER.folder().resolve("bind"));
    HostFiles.write(folder.resolve("file"), "text\n");
    List<String> options =
        List.of(
            "--mount",
            "type=bind,src=" + folder + ",dst=/mnt/ro,options=rbind:ro",
            "--mount",
            "type=bind,src=" + folder + ",dst=/mnt/rw,options=rbind:rw",
            "--mount",
            "type=tmpfs,src=tmpfs,dst=/mnt/tmp,options=size=64k:mode=700");
    String script =
        "cat /mnt/ro/file; touch /mnt/ro/x 2> /dev/null || echo ro; touch /mnt/rw/new; stat -f -c %T /mnt/tmp";
    assertEquals("text\nro\ntmpfs", output(options, script));
    assertEquals("", HostFiles.read(folder.resolve("new")));
  }

  @Test
  @DisplayName("run --memory-limit --cpus --cpu-shares")
  void limits() {
    try (Task task =
        sleeping("--memory-limit", "67108864", "--cpus", "0.5", "--cpu-shares", "512")) {
      CgroupFiles files = CgroupFiles.of(task.pid());
      assertEquals("67108864", files.read("memory", "memory.limit_in_bytes", "memory.max"));
      if (files.has("cpu", "cpu.cfs_quota_us", "")) {
        assertEquals("50000", files.read("cpu", "cpu.cfs_quota_us", ""));
        assertEquals("512", files.read("cpu", "cpu.shares", ""));
      } else {
        assertEquals("50000 100000", files.read("cpu", "", "cpu.max"));
      }
    }
  }

  @Test
  @DisplayName("run --memory-limit: a program that needs more is killed (137)")
  void outOfMemory() {
    String script = "x=x; while true; do x=$x$x; done";
    ctr.rm(List.of("--memory-limit", "16777216"), "sh", "-c", script).exits(137);
  }

  @Test
  @DisplayName("run --device")
  void device() {
    List<String> options = List.of("--device", "/dev/kmsg");
    assertEquals("1 b", output(options, "stat -c '%t %T' /dev/kmsg"));
  }

  @Test
  @DisplayName("run --cap-add --cap-drop")
  void capabilities() {
    String with = output(List.of("--cap-add", "CAP_SYS_ADMIN"), "grep CapEff /proc/self/status");
    String without = output(List.of("--cap-drop", "CAP_CHOWN"), "grep CapEff /proc/self/status");
    assertEquals(1 << 21, mask(with) & (1 << 21));
    assertEquals(0, mask(without) & ((1 << 21) | 1));
  }

  private static long mask(String line) {
    return Long.parseUnsignedLong(line.substring(line.length() - 16), 16);
  }

  @Test
  @DisplayName("run --privileged: sysfs is writable, all capabilities")
  void privileged() {
    String script =
        "grep ' /sys ' /proc/mounts | cut -d ' ' -f 4 | cut -c 1-2; grep CapEff /proc/self/status";
    List<String> lines = output(List.of("--privileged"), script).lines().toList();
    assertEquals("rw", lines.getFirst());
    // What the machine itself has: CAP_SYS_RESOURCE may be missing.
    long host = mask(hostCapabilities());
    assertEquals(host, mask(lines.getLast()) & host);
  }

  private static String hostCapabilities() {
    return HostFiles.read("/proc/self/status")
        .lines()
        .filter(line -> line.startsWith("CapEff"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("run --net-host")
  void hostNetwork() {
    String own = HostFiles.target("/proc/self/ns/net");
    assertEquals(own, output(List.of("--net-host"), "readlink /proc/self/ns/net"));
    assertNotEquals(own, output(NONE, "readlink /proc/self/ns/net"));
  }

  @Test
  @DisplayName("run --with-ns: the network namespace of another container")
  void joins() {
    try (Task task = sleeping()) {
      String path = "/proc/" + task.pid() + "/ns/net";
      assertEquals(
          HostFiles.target(path),
          output(List.of("--with-ns", "network:" + path), "readlink /proc/self/ns/net"));
    }
  }

  @Test
  @DisplayName("run --read-only")
  void readOnly() {
    assertEquals("ro", output(List.of("--read-only"), "touch /x 2> /dev/null || echo ro"));
  }

  @Test
  @DisplayName("run --no-pivot")
  void noPivot() {
    assertEquals("in", output(List.of("--no-pivot"), "test -x /bin/busybox && echo in"));
  }

  @Test
  @DisplayName("run --rootfs: a folder as root file system")
  void rootfs() {
    Path rootfs = HostFiles.folder(CALLER.folder().resolve("rootfs"));
    CALLER.busybox().install(rootfs);
    HostFiles.write(rootfs.resolve("mark"), "mine\n");
    assertEquals(
        "mine",
        ctr.rmRootfs(List.of("--env", "PATH=/bin"), rootfs.toString(), "cat", "/mark")
            .succeeds()
            .text());
  }

  @Test
  @DisplayName("run --uidmap --gidmap: a user namespace")
  void userNamespace() {
    List<String> options = List.of("--uidmap", "0:100000:65536", "--gidmap", "0:100000:65536");
    String script = "id -u; cat /proc/self/uid_map";
    assertEquals(
        "0\n0 100000 65536", output(options, script).replaceAll(" +", " ").replace("\n ", "\n"));
  }

  @Test
  @DisplayName("run --seccomp: the default profile")
  void seccomp() {
    assertEquals("2", output(List.of("--seccomp"), "grep Seccomp: /proc/self/status | cut -f 2"));
    assertEquals("no", output(List.of("--seccomp"), "unshare -n true 2> /dev/null || echo no"));
  }

  @Test
  @DisplayName("run --seccomp-profile: a profile of the caller's")
  void seccompProfile() {
    Path profile =
        HostFiles.write(
            CALLER.folder().resolve("profile.json"),
            """
            {"defaultAction":"SCMP_ACT_ALLOW",
             "syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}
            """);
    List<String> options = List.of("--seccomp", "--seccomp-profile", profile.toString());
    assertTrue(
        ctr.rm(options, "mkdir", "/x").exits(1).stderr().contains("Operation not permitted"));
  }

  @Test
  @DisplayName("run --allow-new-privs")
  void newPrivileges() {
    String script = "grep NoNewPrivs /proc/self/status | cut -f 2";
    assertEquals("1", output(NONE, script));
    assertEquals("0", output(List.of("--allow-new-privs"), script));
  }

  @Test
  @DisplayName("run: \"executable file not found in $PATH\" reaches the user")
  void notFound() {
    String error = ctr.rm(NONE, "no-such-program").exits(1).stderr();
    assertTrue(error.contains("executable file"), error);
    assertTrue(error.contains("not found in $PATH"), error);
    assertTrue(error.contains("no-such-program"), error);
  }

  @Test
  @DisplayName("run: \"permission denied\" of a program reaches the user")
  void notExecutable() {
    String error = ctr.rm(NONE, "/etc/passwd").exits(1).stderr();
    assertTrue(error.toLowerCase(Locale.ROOT).contains("permission denied"), error);
  }

  @Test
  @DisplayName("run: \"no such file or directory\" of a mount's source reaches the user")
  void noMountSource() {
    List<String> options =
        List.of("--mount", "type=bind,src=/no/such/source,dst=/mnt/x,options=rbind");
    String error = ctr.rm(options, "true").exits(1).stderr();
    assertTrue(error.contains("/no/such/source"), error);
    assertTrue(error.toLowerCase(Locale.ROOT).contains("no such file or directory"), error);
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
      assertEquals(1, metrics.at("/pids/current").asLong(), metrics::toString);
      assertTrue(metrics.at("/memory/usage/usage").asLong() > 0, metrics::toString);
      assertEquals(67108864, metrics.at("/memory/usage/limit").asLong(), metrics::toString);
      assertTrue(metrics.at("/cpu/usage/total").asLong() > 0, metrics::toString);
    }
  }

  @Test
  @DisplayName("eight containers at once")
  void eight() {
    List<Execution> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String[] line = ctr.rmLine(NONE, "sh", "-c", "echo in; sleep 1; exit " + i);
      // Each a name of its own.
      for (int word = 0; word < line.length; word++) {
        line[word] = line[word].equals(CALLER.id("r")) ? CALLER.id("r" + i) : line[word];
      }
      all.add(ctr.begin(Launcher.Stdin.NULL, line));
    }
    for (int i = 0; i < 8; i++) {
      assertEquals("in", all.get(i).await().exits(i).text());
    }
  }

  @Test
  @DisplayName("a killed shim: containerd removes the container by delete --force")
  void killedShim() {
    try (Task task = sleeping()) {
      int pid = task.pid();
      List<Integer> shims = CALLER.processes("containerd-shim-runc-v2");
      assertEquals(1, shims.size());
      String socket = HostFiles.read(bundle(task.id()).resolve("address"));
      CALLER.run("kill", "-9", Integer.toString(shims.getFirst())).succeeds();
      Poll.until("end of the container", () -> !Path.of("/proc/" + pid).toFile().exists());
      task.await("NONE");
      assertEquals(
          NONE, HostFiles.list(containerd.runtimeRoot().resolve(CALLER.name())), containerd::log);
      // containerd leaves the socket of a shim that was killed.
      CALLER.run("rm", socket.replace("unix://", "")).succeeds();
    }
  }

  @Test
  @DisplayName("a shim killed while the runtime creates: nothing is left of a half-made container")
  void killedCreating() {
    for (int step = 0; step < 15; step++) {
      int delay = step * 7;
      String id = CALLER.id("k" + delay);
      Execution run = ctr.begin(Launcher.Stdin.NULL, ctr.detachedLine(id, "sleep", "600"));
      Path bundle = bundle(id);
      // It calls the runtime soon.
      Poll.until("the shim", () -> HostFiles.list(bundle).contains(bundle.resolve("address")));
      pause(delay);
      String socket = HostFiles.readOrEmpty(bundle.resolve("address"));
      for (int shim : CALLER.processes("-id " + id)) {
        CALLER.run("kill", "-9", Integer.toString(shim));
      }
      run.await();
      Poll.until("the end of its bundle", () -> HostFiles.list(bundle).isEmpty());
      ctr.run("tasks", "delete", "--force", id);
      ctr.run("containers", "delete", id).exits(0);
      CALLER.run("rm", "-f", socket.replace("unix://", ""));
    }
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("signals sent to ctr run reach the program")
  void forwarded() {
    String script = "trap 'echo got; exit 6' TERM; echo ready; while true; do sleep 0.1; done";
    Execution run = ctr.begin(Launcher.Stdin.NULL, ctr.rmLine(NONE, "sh", "-c", script));
    run.awaitStdout("ready\n"::equals);
    CALLER.run("kill", "-TERM", Integer.toString(run.pid())).succeeds();
    assertEquals("ready\ngot\n", run.await().exits(6).stdout());
  }

  @Test
  @DisplayName("containerd restarts: the container lives on and can be used")
  void restart() {
    try (Task task = sleeping()) {
      containerd.restart();
      assertEquals("RUNNING", task.status());
      assertEquals("in", task.exec("echo", "in").succeeds().text());
    }
  }

  private static Path bundle(String id) {
    Path tasks = containerd.state().resolve("io.containerd.runtime.v2.task");
    return tasks.resolve(CALLER.name()).resolve(id);
  }

  @Test
  @DisplayName("the shim's log of the runtime is silent but for errors")
  void silent() {
    try (Task task = sleeping()) {
      Path bundle = bundle(task.id());
      assertEquals("", HostFiles.readOrEmpty(bundle.resolve("log.json")));
      assertEquals(Integer.toString(task.pid()), HostFiles.read(bundle.resolve("init.pid")));
      task.exec("no-such-program").exits(1);
      List<String> records = HostFiles.read(bundle.resolve("log.json")).lines().toList();
      JsonNode record = OciRuntime.json(records.getLast());
      assertEquals("error", record.path("level").asText());
      assertTrue(record.path("msg").asText().contains("no-such-program"));
      OffsetDateTime.parse(record.path("time").asText());
    }
  }
}
