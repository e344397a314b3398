package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.CgroupFiles;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code ctr run} and its options: what containerd puts into a config, and what becomes of it. */
final class ContainerdRunIT {
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

  /** The output of {@code run --rm}, which must succeed silently. */
  private static String output(List<String> options, String script) {
    return ctr.rm(options, "sh", "-c", script).succeeds().text();
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
}
