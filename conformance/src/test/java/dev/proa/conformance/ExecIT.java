package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code exec}: what the further process in a running container is. */
class ExecIT extends Executing {
  @Test
  void itIsInTheContainer() {
    Container container = sleeping();

    List<String> lines =
        exec(container, "ID", "sh", "-c", "hostname; cat /proc/1/cmdline | tr '\\0' ' '; echo; pwd")
            .succeeds()
            .lines();

    assertEquals(List.of("proa-it", "sleep 1000 ", "/"), lines);
  }

  @Test
  void itHasAllOfTheContainersNamespaces() {
    Container container =
        box.started(box.bundle().namespace("cgroup").userNamespace(100_000, 65_536).sleeping());
    String links = "for i in cgroup ipc mnt net pid user uts; do readlink /proc/self/ns/$i; done";

    List<String> lines = exec(container, "ID", "sh", "-c", links).succeeds().lines();

    List<String> ofInit = new ArrayList<>();
    for (String kind : List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")) {
      ofInit.add(HostFiles.target("/proc/" + container.pid() + "/ns/" + kind));
    }
    assertEquals(ofInit, lines);
  }

  @Test
  void timeNamespace() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc 1.1.5 knows no time namespace");
    Container container =
        box.started(
            box.bundle()
                .namespace("time")
                .with("/linux/timeOffsets", Map.of("boottime", Map.of("secs", 1_000_000)))
                .sleeping());

    String uptime = exec(container, "ID", "cut", "-d.", "-f1", "/proc/uptime").succeeds().text();

    assertTrue(Long.parseLong(uptime) > 1_000_000, uptime);
  }

  @Test
  void itIsInTheContainersCgroups() {
    Container container = sleeping();

    String ofProcess = exec(container, "ID", "cat", "/proc/self/cgroup").succeeds().stdout();

    assertEquals(
        lines(container.proc("cgroup")).filter(line -> !line.contains("name=")).sorted().toList(),
        lines(ofProcess).filter(line -> !line.contains("name=")).sorted().toList());
  }

  private static Stream<String> lines(String text) {
    return text.lines();
  }

  @Test
  void exitStatusAndSignal() {
    Container container = sleeping();

    exec(container, "ID", "sh", "-c", "exit 42").exits(42);
    exec(container, "ID", "sh", "-c", "kill -TERM $$").exits(128 + 15);
    exec(container, "ID", "false").exits(1);
  }

  @Test
  void environmentUserAndFolder() {
    Container container = sleeping();

    List<String> lines =
        exec(
                container,
                "--env=A=1",
                "--env",
                "TERM=dumb",
                "--user",
                "7:8",
                "--additional-gids",
                "9",
                "--additional-gids=10",
                "--cwd",
                "/tmp",
                "ID",
                "sh",
                "-c",
                "echo $A $TERM $HOME; id -u; id -g; id -G; pwd")
            .succeeds()
            .lines();

    assertEquals(List.of("1 dumb /", "7", "8", "8 9 10", "/tmp"), lines);
  }

  @Test
  void aUserThatIsNoNumber() {
    Container container = sleeping();

    for (String user : List.of("root", "1x", "-1", "1:2:3", "0x0", ":5")) {
      Result result = exec(container, "--user=" + user, "ID", "true");
      assertTrue(result.exit() != 0, result::toString);
    }
  }

  @Test
  void theWorkingFolderMustBeThere() {
    Container container = sleeping();

    Result result = exec(container, "--cwd", "/nowhere", "ID", "true").exits(255);

    assertTrue(result.error().contains("/nowhere"), result::toString);
    assertTrue(result.error().contains("no such file or directory"), result::toString);
  }

  @Test
  void capabilities() {
    Container container = sleeping();
    String show = "grep ^Cap /proc/self/status | tr -d '\\t'";

    List<String> without = exec(container, "ID", "sh", "-c", show).succeeds().lines();
    List<String> with =
        exec(container, "--cap", "CAP_CHOWN", "ID", "sh", "-c", show).succeeds().lines();

    // CAP_KILL 5, CAP_NET_BIND_SERVICE 10, CAP_AUDIT_WRITE 29; CAP_CHOWN 0
    assertEquals(
        List.of(
            "CapInh:0000000000000000",
            "CapPrm:0000000020000420",
            "CapEff:0000000020000420",
            "CapBnd:0000000020000420",
            "CapAmb:0000000000000000"),
        without);
    // Never inheritable: CVE-2022-29162.
    assertEquals(
        List.of(
            "CapInh:0000000000000000",
            "CapPrm:0000000020000421",
            "CapEff:0000000020000421",
            "CapBnd:0000000020000421",
            "CapAmb:0000000000000000"),
        with);
  }

  @Test
  void limitsAndOomScoreAreTheContainers() {
    Container container = box.started(box.bundle().with("/process/oomScoreAdj", 321).sleeping());

    List<String> lines =
        exec(container, "ID", "sh", "-c", "ulimit -n; cat /proc/self/oom_score_adj")
            .succeeds()
            .lines();

    assertEquals(List.of("1024", "321"), lines);
  }

  @Test
  void noNewPrivileges() {
    Container container =
        box.started(box.bundle().with("/process/noNewPrivileges", false).sleeping());
    String show = "grep NoNewPrivs /proc/self/status | cut -f2";

    assertEquals("0", exec(container, "ID", "sh", "-c", show).succeeds().text());
    assertEquals("1", exec(container, "--no-new-privs", "ID", "sh", "-c", show).succeeds().text());
  }

  @Test
  void theSeccompFilterIsTheContainers() {
    Bundle bundle = box.bundle().sleeping();
    bundle.with(
        "/linux/seccomp",
        Map.of(
            "defaultAction",
            "SCMP_ACT_ALLOW",
            "syscalls",
            List.of(Map.of("names", List.of("mkdir", "mkdirat"), "action", "SCMP_ACT_ERRNO"))));
    Container container = box.started(bundle);

    Result result = exec(container, "ID", "mkdir", "/dev/x").exits(1);

    assertTrue(result.stderr().contains("Operation not permitted"), result::toString);
    assertEquals(
        "2",
        exec(container, "ID", "sh", "-c", "grep Seccomp: /proc/self/status | cut -f2")
            .succeeds()
            .text());
  }

  @Test
  void aProgramThatIsNotThere() {
    Container container = sleeping();

    Result missing = exec(container, "ID", "nothing").exits(255);
    Result folder = exec(container, "ID", "/bin").exits(255);
    Result closed = exec(container, "ID", "/etc/passwd").exits(255);
    Result path = exec(container, "ID", "/nothing").exits(255);

    assertTrue(
        missing.error().contains("exec: \"nothing\": executable file not found in $PATH"),
        missing::toString);
    // runc 1.1.5 says "permission denied"; Docker makes 126 of both.
    assertTrue(folder.error().contains("exec: \"/bin\": "), folder::toString);
    assertTrue(
        closed.error().contains("exec: \"/etc/passwd\": permission denied"), closed::toString);
    assertTrue(
        path.error().contains("exec: \"/nothing\": stat /nothing: no such file or directory"),
        path::toString);
  }

  @Test
  void aContainerThatIsNotThere() {
    Result result = box.runtime().raw("exec", "none-" + box.name(), "true").exits(255);

    assertTrue(result.error().contains("container does not exist"), result::toString);
  }

  @Test
  void aStoppedContainer() {
    Container container = box.started(box.bundle().args("true")).await("stopped");

    Result result = exec(container, "ID", "true").exits(255);

    assertTrue(result.error().contains("cannot exec in a stopped container"), result::toString);
  }

  @Test
  void aCreatedContainer() {
    Container container = box.create(box.bundle().args("true"));

    assertEquals("proa-it", exec(container, "ID", "hostname").succeeds().text());
    assertEquals("created", container.status());
    container.start().await("stopped");
  }

  @Test
  void processFile() {
    Container container = sleeping();
    Path file =
        process(
            "args",
            List.of("sh", "-c", "echo $A; id -u; id -G; pwd; ulimit -n"),
            "env",
            List.of("PATH=/bin:/usr/bin", "A=b"),
            "cwd",
            "/tmp",
            "user",
            Map.of("uid", 3, "gid", 4, "additionalGids", List.of(5)),
            "rlimits",
            List.of(Map.of("type", "RLIMIT_NOFILE", "soft", 100, "hard", 200)));

    List<String> lines = exec(container, "--process", file.toString(), "ID").succeeds().lines();

    assertEquals(List.of("b", "3", "4 5", "/tmp", "100"), lines);
  }

  @Test
  void processFileThatIsWrong() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun do not say where");
    Container container = sleeping();
    Path file = process("cwd", "tmp");
    Path broken = box.folder().resolve("broken.json");
    HostFiles.write(broken, "{\"args\": [\"true\"],\n \"cwd\": 5}");

    Result relative = exec(container, "-p", file.toString(), "ID").exits(255);
    Result number = exec(container, "-p", broken.toString(), "ID").exits(255);
    Result missing = exec(container, "-p", "/nowhere.json", "ID").exits(255);

    assertTrue(relative.error().contains("cwd"), relative::toString);
    assertTrue(number.error().contains("broken.json:2:9: cwd: "), number::toString);
    assertTrue(missing.error().contains("no such file or directory"), missing::toString);
  }

  @Test
  void aSubCgroup() {
    Container container = sleeping();

    Result out = exec(container, "--cgroup", "../..", "ID", "true").exits(255);
    Result missing = exec(container, "--cgroup", "missing", "ID", "true").exits(255);

    assertTrue(
        out.error().contains("bad sub cgroup path")
            || out.error().contains("is not a sub cgroup path"),
        out::toString);
    assertTrue(missing.error().contains("no such file or directory"), missing::toString);
  }

  @Test
  void rootlessWithAUserNamespace() {
    Container container = box.started(box.bundle().userNamespace(100_000, 65_536).sleeping());

    List<String> lines =
        exec(container, "--user=5:6", "ID", "sh", "-c", "id -u; id -g; cat /proc/self/uid_map")
            .succeeds()
            .lines();

    assertEquals(List.of("5", "6"), lines.subList(0, 2));
    assertEquals("0 100000 65536", lines.get(2).strip().replaceAll("\\s+", " "));
  }

  @Test
  void severalAtOnce() {
    Container container = sleeping();
    List<Execution> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(begin(container, Launcher.Stdin.NULL, "ID", "sh", "-c", "exit " + (40 + i)));
    }
    for (int i = 0; i < 8; i++) {
      all.get(i).await().exits(40 + i);
    }
  }

  @Test
  void signalsGoToTheProcess() {
    Container container = sleeping();
    Execution execution =
        begin(
            container,
            Launcher.Stdin.NULL,
            "ID",
            "sh",
            "-c",
            "trap 'exit 7' TERM; echo ready; while :; do usleep 5000; done");
    execution.awaitStdout(text -> text.contains("ready"));

    box.host("kill", "-TERM", Integer.toString(execution.pid()));

    execution.await().exits(7);
  }

  @Test
  void theEndOfTheContainerEndsIt() {
    Container container = sleeping();
    Execution execution = begin(container, Launcher.Stdin.NULL, "ID", "sleep", "1003");
    assertTrue(
        Poll.within(
            Duration.ofSeconds(10),
            () ->
                exec(container, "ID", "sh", "-c", "grep -l 'sleep.100[3]' /proc/[0-9]*/cmdline")
                        .exit()
                    == 0));

    container.kill("KILL");

    execution.await().exits(137);
  }
}
