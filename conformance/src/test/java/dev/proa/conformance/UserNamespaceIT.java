package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.ExecOptions;
import dev.proa.conformance.client.GlobalOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config-linux.md, "User namespace mappings"; and rootless containers. */
class UserNamespaceIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }

  @Test
  void oneMapping() {
    Bundle bundle = box.bundle().userNamespace(100_000, 65_536).sleeping();
    Container container = box.started(bundle);

    assertNotEquals(
        HostFiles.target("/proc/self/ns/user"),
        HostFiles.target("/proc/" + container.pid() + "/ns/user"));
    assertEquals(List.of("0", "100000", "65536"), words(container.proc("uid_map")));
    assertEquals(List.of("0", "100000", "65536"), words(container.proc("gid_map")));
    assertTrue(container.proc("status").contains("\nUid:\t100000\t100000\t100000\t100000\n"));
  }

  @Test
  void rootInside() {
    Bundle bundle =
        box.bundle()
            .userNamespace(100_000, 65_536)
            .shell("id -u; id -g; stat -c '%u %g' /etc/passwd; cat /proc/self/setgroups");

    assertEquals(List.of("0", "0", "0 0", "allow"), box.lines(bundle));
  }

  @Test
  void severalMappings() {
    Bundle bundle =
        box.bundle()
            .userNamespace(100_000, 10)
            .args("cat", "/proc/self/uid_map", "/proc/self/gid_map");
    bundle.with("/linux/uidMappings/-", Map.of("containerID", 1000, "hostID", 1000, "size", 1));
    bundle.with("/linux/gidMappings/-", Map.of("containerID", 2000, "hostID", 3000, "size", 5));

    assertEquals(
        List.of("0", "100000", "10", "1000", "1000", "1", "0", "100000", "10", "2000", "3000", "5"),
        words(box.output(bundle)));
  }

  @Test
  void anotherUserInside() {
    Bundle bundle =
        box.bundle()
            .userNamespace(100_000, 65_536)
            .sleeping()
            .with("/process/user", Map.of("uid", 5, "gid", 6, "additionalGids", List.of(7)));
    Container container = box.started(bundle);

    String status = container.proc("status");

    assertTrue(status.contains("\nUid:\t100005\t"), status);
    assertTrue(status.contains("\nGid:\t100006\t"), status);
    assertTrue(status.contains("\nGroups:\t100007"), status);
  }

  @Test
  void capabilitiesCountInsideOnly() {
    Bundle bundle =
        box.bundle()
            .userNamespace(100_000, 65_536)
            .capabilities("CAP_SYS_ADMIN", "CAP_CHOWN", "CAP_SYS_TIME")
            .writable()
            .shell("chown 1000 /tmp && stat -c %u /tmp; date -s 2000-01-01 2>&1 | head -n 1");

    assertEquals(
        List.of("1000", "date: can't set date: Operation not permitted"), box.lines(bundle));
  }

  @Test
  void allTheOtherNamespacesBelongToIt() {
    // A hostname may be set and a tmpfs mounted with the capabilities of the new user namespace.
    Bundle bundle =
        box.bundle()
            .userNamespace(100_000, 65_536)
            .capabilities("CAP_SYS_ADMIN", "CAP_NET_ADMIN")
            .shell(
                "hostname changed && hostname; mount -t tmpfs t /mnt && echo mounted;"
                    + " ip link set lo down && echo down");

    assertEquals(List.of("changed", "mounted", "down"), box.lines(bundle));
  }

  @Test
  void devicesAreBoundFromTheHost() {
    Bundle bundle =
        box.bundle()
            .userNamespace(100_000, 65_536)
            .shell("cd /dev; stat -c '%n %t:%T' null zero; echo x > null && echo written");

    assertEquals(List.of("null 1:3", "zero 1:5", "written"), box.lines(bundle));
  }

  @Test
  void hostnameMaskedPathsAndSysctl() {
    Bundle bundle =
        box.bundle()
            .userNamespace(100_000, 65_536)
            .with("/linux/sysctl", Map.of("net.ipv4.ip_forward", "1"))
            .shell("hostname; cat /proc/timer_list; cat /proc/sys/net/ipv4/ip_forward");

    assertEquals(List.of("proa-it", "1"), box.lines(bundle));
  }

  @Test
  void joinedByPath() {
    Container first = box.started(box.bundle().userNamespace(100_000, 65_536).sleeping());
    Bundle bundle = box.bundle().userNamespace(100_000, 65_536).sleeping();
    bundle.namespace("user", "/proc/" + first.pid() + "/ns/user");
    assumeTrue(
        box.kind() != RuntimeKind.RUNC,
        "runc takes mappings beside a path from 1.2 on, and none without them before");

    Container second = box.started(bundle);

    assertEquals(
        HostFiles.target("/proc/" + first.pid() + "/ns/user"),
        HostFiles.target("/proc/" + second.pid() + "/ns/user"));
  }

  @Test
  void bindOfAFolderOnlyRootMayEnter() {
    // The source is opened by the runtime, before it becomes the mapped user.
    Path secret = HostFiles.folder(box.folder().resolve("closed"));
    HostFiles.write(secret.resolve("volume/file"), "content\n");
    HostFiles.mode(secret, "rwx------");
    assumeTrue(box.kind() == RuntimeKind.PROA, "the peers enter the user namespace first");
    Bundle bundle =
        box.bundle()
            .userNamespace(100_000, 65_536)
            .mount("/mnt", "bind", secret.resolve("volume").toString(), "bind")
            .args("cat", "/mnt/file");

    assertEquals("content", box.output(bundle));
  }

  @Test
  void gidMappingsMissing() {
    Bundle bundle = box.bundle().userNamespace(100_000, 65_536).without("/linux/gidMappings");

    box.tryCreate(bundle).exits(1);
    box.assertNothingLeft();
  }

  // Rootless

  private static final int USER = 1000;

  /** The runtime as an ordinary user without any capability, its state in a folder of its own. */
  private OciRuntime rootless() {
    Path home = HostFiles.folder(box.folder().resolve("user"));
    HostFiles.owner(home, USER, USER);
    return box.runtime()
        .with(GlobalOptions.root(home.resolve("root")))
        // The container's init changes the owner of its standard streams: they must be the user's.
        .through(
            "sh",
            "-c",
            "o="
                + home
                + "/out.$$; e="
                + home
                + "/err.$$; : > $o; : > $e;"
                + " chown "
                + USER
                + ":"
                + USER
                + " $o $e;"
                + " setpriv --reuid "
                + USER
                + " --regid "
                + USER
                + " --clear-groups"
                + " --bounding-set -all --inh-caps -all \"$@\" > $o 2> $e < /dev/null;"
                + " r=$?; cat $o; cat $e >&2; exit $r",
            "sh")
        .withEnvironment("XDG_RUNTIME_DIR", home.toString())
        .withEnvironment("HOME", home.toString());
  }

  private Bundle rootlessBundle() {
    Map<String, Integer> mapping = Map.of("containerID", 0, "hostID", USER, "size", 1);
    Bundle bundle =
        box.bundle()
            .namespace("user")
            .with("/linux/uidMappings", List.of(mapping))
            .with("/linux/gidMappings", List.of(mapping))
            .without("/linux/resources")
            .without("/linux/cgroupsPath")
            .withoutMount("/dev/pts")
            .mount(
                "/dev/pts",
                "devpts",
                "devpts",
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620");
    Bundle.give(bundle.rootfs(), USER);
    HostFiles.owner(HostFiles.folder(bundle.folder()), USER, USER);
    return bundle;
  }

  @Test
  void rootlessRun() {
    Bundle bundle =
        rootlessBundle()
            .shell("id -u; cat /proc/self/uid_map | tr -s ' '; cat /proc/self/setgroups; hostname");
    OciRuntime runtime = rootless();

    Result result =
        runtime.run(box.owns(bundle.name(), runtime), RunOptions.bundle(bundle.write()));

    assertEquals(
        List.of("0", "0 1000 1", "deny", "proa-it"),
        result.exits(0).lines().stream().map(String::strip).toList());
  }

  @Test
  void rootlessLifecycle() {
    Bundle bundle = rootlessBundle().sleeping();
    OciRuntime runtime = rootless();
    String id = box.owns(bundle.name(), runtime);

    runtime.create(id, CreateOptions.bundle(bundle.write())).exits(0);
    assertEquals("created", runtime.stateOf(id).path("status").asText());
    runtime.start(id).exits(0);
    assertEquals("running", runtime.stateOf(id).path("status").asText());
    int pid = runtime.stateOf(id).path("pid").asInt();
    assertTrue(HostFiles.read("/proc/" + pid + "/status").contains("\nUid:\t1000\t1000\t"));
    assertEquals(
        List.of("0", "proa-it", "sleep"),
        runtime
            .exec(id, ExecOptions.none(), "sh", "-c", "id -u; hostname; cat /proc/1/comm")
            .exits(0)
            .lines());
    runtime.kill(id, "KILL").exits(0);
    dev.proa.conformance.client.Poll.until(
        "stopped", () -> runtime.stateOf(id).path("status").asText().equals("stopped"));
    runtime.delete(id).exits(0);
    box.assertNothingLeft();
  }

  @Test
  void rootlessSpecRuns() {
    Bundle bundle = rootlessBundle();
    OciRuntime runtime = rootless();
    runtime.spec("--bundle", bundle.folder().toString(), "--rootless").exits(0);
    bundle
        .config()
        .setAll(
            (com.fasterxml.jackson.databind.node.ObjectNode)
                OciRuntime.json(HostFiles.read(bundle.folder().resolve("config.json"))));
    bundle.with("/process/terminal", false).shell("id -u");

    Result result =
        runtime.run(box.owns(bundle.name(), runtime), RunOptions.bundle(bundle.write()));

    assertEquals("0", result.exits(0).text());
  }

  /**
   * As a user with subordinate ids has it: newuidmap and newgidmap write the maps. In a mount
   * namespace with an /etc/subuid, /etc/subgid and /etc/passwd of the test's own.
   */
  @Test
  void severalMappingsOfAnOrdinaryUser() {
    assumeTrue(
        Files.exists(Path.of("/usr/bin/newuidmap")) && Files.exists(Path.of("/etc/subuid")),
        "needs Debian's uidmap, and an /etc/subuid to cover");
    List<Map<String, Integer>> mappings =
        List.of(
            Map.of("containerID", 0, "hostID", USER, "size", 1),
            Map.of("containerID", 1, "hostID", 100_000, "size", 1000));
    Bundle bundle = rootlessBundle().shell("cat /proc/self/uid_map /proc/self/gid_map");
    bundle.with("/linux/uidMappings", mappings).with("/linux/gidMappings", mappings);
    Path home = HostFiles.folder(box.folder().resolve("user"));
    HostFiles.owner(home, USER, USER);
    String script =
        "cd HOME && echo USER:100000:65536 > sub && cp /etc/passwd passwd"
            + " && echo proa-it:x:USER:USER::/:/bin/sh >> passwd"
            + " && mount --bind sub /etc/subuid && mount --bind sub /etc/subgid"
            + " && mount --bind passwd /etc/passwd && : > out && : > err && chown USER:USER out err"
            + " && setpriv --reuid USER --regid USER --clear-groups \"$@\" > out 2> err < /dev/null;"
            + " r=$?; cat out; cat err >&2; exit $r";
    OciRuntime runtime =
        box.runtime()
            .with(GlobalOptions.root(home.resolve("root")))
            .through(
                "unshare",
                "-m",
                "--propagation",
                "private",
                "sh",
                "-c",
                script.replace("HOME", home.toString()).replace("USER", Integer.toString(USER)),
                "sh")
            .withEnvironment("XDG_RUNTIME_DIR", home.toString());

    Result result =
        runtime.run(box.owns(bundle.name(), runtime), RunOptions.bundle(bundle.write()));

    List<String> expected =
        List.of("0 " + USER + " 1", "1 100000 1000", "0 " + USER + " 1", "1 100000 1000");
    assertEquals(
        expected,
        result.exits(0).lines().stream().map(line -> line.strip().replaceAll(" +", " ")).toList());
  }

  @Test
  void rootlessWithoutAUserNamespaceIsRefused() {
    Bundle bundle = rootlessBundle().withoutNamespace("user").without("/linux/uidMappings");
    bundle.without("/linux/gidMappings");
    OciRuntime runtime = rootless();

    Result result = runtime.create(bundle.name(), CreateOptions.bundle(bundle.write())).exits(1);

    assertTrue(!result.error().isEmpty(), result::toString);
    box.assertNothingLeft();
  }

  @Test
  void theDefaultRootOfAnOrdinaryUser() {
    Bundle bundle = rootlessBundle().sleeping();
    OciRuntime runtime = rootless().with(GlobalOptions.root(null));

    runtime.create(box.owns(bundle.name(), runtime), CreateOptions.bundle(bundle.write())).exits(0);

    Path state =
        box.folder()
            .resolve("user")
            .resolve(box.kind().name().toLowerCase(Locale.ROOT))
            .resolve(bundle.name());
    assertTrue(Files.isDirectory(state), state::toString);
    assertEquals(bundle.name(), runtime.list("-q").text());
  }
}
