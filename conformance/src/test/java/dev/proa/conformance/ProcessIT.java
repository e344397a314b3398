package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** config.md, "Process" with its POSIX and Linux parts. */
class ProcessIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  // args

  @Test
  void argumentsArriveAsTheyAre() {
    Bundle bundle =
        box.bundle()
            .args("sh", "-c", "printf '<%s>' \"$@\"", "zero", "", "a b", "ü", "$HOME", "*", "\"");

    assertEquals("<><a b><ü><$HOME><*><\">", box.output(bundle));
  }

  @Test
  void pid1AndNothingElse() {
    assertEquals(
        List.of("PID COMMAND", "1 ps"),
        box.lines(box.bundle().args("ps", "-o", "pid,comm")).stream()
            .map(line -> line.strip().replaceAll(" +", " "))
            .toList());
  }

  @Test
  void theProgramIsFoundByTheConfigsPath() {
    Bundle bundle = box.bundle().args("tool").file("/opt/tool", "#!/bin/sh\necho \"$0\"\n");
    HostFiles.mode(bundle.rootfs().resolve("opt/tool"), "rwxr-xr-x");
    bundle.with("/process/env", List.of("PATH=/nosuch:/opt:/bin"));

    assertEquals("/opt/tool", box.output(bundle));
  }

  @Test
  void aProgramRelativeToTheWorkingFolder() {
    Bundle bundle = box.bundle().args("./tool").file("/opt/tool", "#!/bin/sh\necho \"$0\"\n");
    HostFiles.mode(bundle.rootfs().resolve("opt/tool"), "rwxr-xr-x");

    assertEquals("./tool", box.output(bundle.with("/process/cwd", "/opt")));
  }

  // env

  @Test
  void environmentIsTheConfigsAndNothingElse() {
    Bundle bundle =
        box.bundle().args("env").with("/process/env", List.of("PATH=/bin", "A=1", "B=x y=z"));

    Set<String> environment = new HashSet<>(box.lines(bundle));

    // runc adds HOME from /etc/passwd; the specification leaves that open.
    environment.remove("HOME=/root");
    assertEquals(Set.of("PATH=/bin", "A=1", "B=x y=z"), environment);
  }

  @Test
  void homeComesFromThePasswordFile() {
    Bundle bundle = box.bundle().shell("echo $HOME").with("/process/user/uid", 1000);

    assertEquals("/home/user", box.output(bundle));
  }

  @Test
  void homeOfTheConfigIsKept() {
    Bundle bundle =
        box.bundle().shell("echo $HOME").with("/process/env", List.of("PATH=/bin", "HOME=/tmp"));

    assertEquals("/tmp", box.output(bundle));
  }

  @Test
  void theLastOfTwoWins() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun passes both");
    Bundle bundle =
        box.bundle().args("env").with("/process/env", List.of("A=1", "PATH=/bin", "A=2"));

    assertEquals(
        List.of("A=2"), box.lines(bundle).stream().filter(line -> line.startsWith("A=")).toList());
  }

  // cwd

  @Test
  void workingFolder() {
    assertEquals("/tmp", box.output(box.bundle().args("pwd").with("/process/cwd", "/tmp")));
  }

  @Test
  void aMissingWorkingFolderIsMade() {
    Bundle bundle = box.bundle().writable().args("pwd").with("/process/cwd", "/srv/a/b");

    assertEquals("/srv/a/b", box.output(bundle));
    assertTrue(Files.isDirectory(bundle.rootfs().resolve("srv/a/b")));
  }

  @Test
  void aWorkingFolderOnlyTheUserMayEnter() {
    Bundle bundle =
        box.bundle()
            .directory("/home/user")
            .args("pwd")
            .with("/process/cwd", "/home/user")
            .with("/process/user", Map.of("uid", 1000, "gid", 1000));
    HostFiles.owner(bundle.rootfs().resolve("home/user"), 1000, 1000);
    HostFiles.mode(bundle.rootfs().resolve("home/user"), "rwx------");

    assertEquals("/home/user", box.output(bundle));
  }

  @Test
  void aWorkingFolderThatIsAFile() {
    Result result = box.run(box.bundle().args("pwd").with("/process/cwd", "/etc/passwd")).exits(1);

    assertTrue(result.stderr().contains("not a directory"), result::toString);
    box.assertNothingLeft();
  }

  // user

  @Test
  void userAndGroups() {
    Bundle bundle =
        box.bundle()
            .shell("id -u; id -g; grep Groups /proc/self/status | tr -s ' \\t' ' '")
            .with(
                "/process/user",
                Map.of("uid", 1000, "gid", 2000, "additionalGids", List.of(5, 3000)));

    assertEquals(
        List.of("1000", "2000", "Groups: 5 3000"),
        box.lines(bundle).stream().map(String::strip).toList());
  }

  @Test
  void noGroupsOfTheCaller() {
    Bundle bundle = box.bundle().shell("grep Groups /proc/self/status | tr -s ' \\t' ' '");
    var result =
        box.runtime()
            .through("setpriv", "--groups", "7,8,9")
            .run(box.owns(bundle.name(), box.runtime()), RunOptions.bundle(bundle.write()));

    assertEquals("Groups:", result.succeeds().text());
  }

  @ParameterizedTest
  @CsvSource({"18,0022", "63,0077", "0,0000"})
  void umask(int configured, String shown) {
    assertEquals(
        shown, box.output(box.bundle().shell("umask").with("/process/user/umask", configured)));
  }

  @Test
  void stdioBelongsToTheUser() {
    Bundle bundle =
        box.bundle()
            .shell("stat -L -c %u /proc/self/fd/1 /proc/self/fd/2; echo again >> /proc/self/fd/1")
            .with("/process/user", Map.of("uid", 1000, "gid", 1000));

    // Appended: stdout may be the caller's own file, which a plain > would empty.
    assertEquals(List.of("1000", "1000", "again"), box.lines(bundle));
  }

  // rlimits

  @ParameterizedTest
  @CsvSource({
    "RLIMIT_NOFILE,Max open files,100,200",
    "RLIMIT_CORE,Max core file size,0,0",
    "RLIMIT_NPROC,Max processes,500,600",
    "RLIMIT_FSIZE,Max file size,1048576,2097152",
    "RLIMIT_STACK,Max stack size,4194304,8388608",
    "RLIMIT_AS,Max address space,1073741824,1073741824",
    "RLIMIT_CPU,Max cpu time,100,200",
    "RLIMIT_DATA,Max data size,1073741824,1073741824",
    "RLIMIT_LOCKS,Max file locks,10,20",
    "RLIMIT_MEMLOCK,Max locked memory,65536,65536",
    "RLIMIT_MSGQUEUE,Max msgqueue size,1000,2000",
    "RLIMIT_NICE,Max nice priority,0,0",
    "RLIMIT_RSS,Max resident set,1000000,2000000",
    "RLIMIT_RTPRIO,Max realtime priority,0,0",
    "RLIMIT_RTTIME,Max realtime timeout,1000,2000",
    "RLIMIT_SIGPENDING,Max pending signals,100,200"
  })
  void rlimit(String type, String shown, long soft, long hard) {
    Bundle bundle =
        box.bundle()
            .args("grep", shown, "/proc/self/limits")
            .with("/process/rlimits", List.of(Map.of("type", type, "soft", soft, "hard", hard)));

    String line = box.output(bundle).substring(shown.length()).strip();

    assertEquals(
        List.of(Long.toString(soft), Long.toString(hard)), List.of(line.split(" +")).subList(0, 2));
  }

  @Test
  void rlimitUnlimited() {
    Bundle bundle =
        box.bundle()
            .shell("ulimit -t; ulimit -H -t")
            .with(
                "/process/rlimits",
                List.of(
                    Map.of(
                        "type",
                        "RLIMIT_CPU",
                        "soft",
                        new java.math.BigInteger("18446744073709551615"),
                        "hard",
                        new java.math.BigInteger("18446744073709551615"))));

    assertEquals(List.of("unlimited", "unlimited"), box.lines(bundle));
  }

  @Test
  void sameRlimitTwiceIsRefused() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "a MUST of the specification that no peer holds");
    Map<String, Object> limit = Map.of("type", "RLIMIT_CORE", "soft", 0, "hard", 0);
    Bundle bundle = box.bundle().with("/process/rlimits", List.of(limit, limit));

    Result result = box.run(bundle).exits(1);

    assertEquals(
        "config.json:24:16: process.rlimits[1].type: RLIMIT_CORE comes twice", result.error());
    box.assertNothingLeft();
  }

  // oomScoreAdj, noNewPrivileges

  @ParameterizedTest
  @ValueSource(ints = {0, 500, 1000})
  void oomScoreAdj(int value) {
    Bundle bundle =
        box.bundle().args("cat", "/proc/self/oom_score_adj").with("/process/oomScoreAdj", value);

    assertEquals(Integer.toString(value), box.output(bundle));
  }

  @Test
  void oomScoreAdjIsInheritedByDefault() {
    Bundle bundle = box.bundle().args("cat", "/proc/self/oom_score_adj");
    var result =
        box.runtime()
            .through("sh", "-c", "echo 321 > /proc/self/oom_score_adj; exec \"$@\"", "sh")
            .run(box.owns(bundle.name(), box.runtime()), RunOptions.bundle(bundle.write()));

    assertEquals("321", result.succeeds().text());
  }

  @ParameterizedTest
  @CsvSource({"true,1", "false,0"})
  void noNewPrivileges(boolean configured, String shown) {
    Bundle bundle =
        box.bundle()
            .shell("grep NoNewPrivs /proc/self/status | cut -f 2")
            .with("/process/noNewPrivileges", configured);

    assertEquals(shown, box.output(bundle));
  }

  @Test
  void aSetUserIdProgramGainsNothing() {
    Bundle bundle =
        box.bundle().args("/tmp/id", "-u").with("/process/user", Map.of("uid", 1000, "gid", 1000));
    try {
      Files.copy(bundle.rootfs().resolve("bin/busybox"), bundle.rootfs().resolve("tmp/id"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    HostFiles.mode(bundle.rootfs().resolve("tmp/id"), 0b100_111_101_101);

    assertEquals("1000", box.output(bundle));
  }

  // What the process must not have.

  @Test
  void noDescriptorsOfTheRuntime() {
    Bundle bundle = box.bundle().shell("ls /proc/self/fd");

    // 3 is the listing's own.
    assertEquals(List.of("0", "1", "2", "3"), box.lines(bundle));
  }

  @Test
  void signalsAreAsTheyShouldBe() {
    List<String> lines = box.lines(box.bundle().args("grep", "^Sig[BIC]", "/proc/self/status"));
    String callers = box.host("grep", "^SigIgn", "/proc/self/status");

    assertEquals("SigBlk:\t0000000000000000", lines.get(0));
    // Signal 32 is the C library's own; runc leaves it ignored.
    assertEquals(callers, lines.get(1).replace("SigIgn:\t0000000080000000", callers));
    assertEquals("SigCgt:\t0000000000000000", lines.get(2));
  }

  @Test
  void ownSessionKeyring() {
    // The caller's keyring must not be the container's: the names differ.
    Bundle bundle =
        box.bundle()
            .with("/linux/maskedPaths", List.of())
            .shell("grep -c '_ses' /proc/keys; grep -o '_ses.*' /proc/keys | cut -d: -f1");
    List<String> lines = box.run(bundle).exits(0).lines();

    assertTrue(lines.contains("_ses." + bundle.name()), lines::toString);
  }

  @Test
  void initLeadsItsOwnSession() {
    // Field 6 of proc_pid_stat(5): no signal of the caller's terminal reaches it.
    assertEquals("1", box.output(box.bundle().shell("cut -d' ' -f6 /proc/1/stat")));
  }
}
