package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.GlobalOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.Cgroup2;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Rootless containers of a user who is logged in: systemd has delegated cgroups to the session, and
 * newuidmap maps the subordinate ids. Needs a user of id 1000 with 65536 of them from 100000 on,
 * and that user's {@code user@1000.service} running.
 */
@EnabledIf(
    value = "dev.proa.conformance.host.Cgroup2#isComplete",
    disabledReason = "this machine does not have cgroup v2 with all controllers")
class RootlessSessionIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static final int USER = 1000;
  private static final int SUBORDINATE = 100_000;
  private static final String MANAGER = "/user.slice/user-1000.slice/user@1000.service/";

  private Cgroup2 scope;

  /**
   * A scope of the session with a delegated cgroup, which the runtime's commands run in. In a scope
   * for each command, systemd would take the controllers away with the last of them.
   */
  @BeforeEach
  void openScope() {
    assumeTrue(
        Cgroup2.at(MANAGER).exists() && Cgroup2.at(MANAGER).owner("") == USER,
        "no user session of systemd");
    String script =
        "setpriv --reuid USER --regid USER --init-groups env XDG_RUNTIME_DIR=/run/user/USER"
            + " DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/USER/bus"
            + " systemd-run --user --scope -q -p Delegate=yes --unit NAME sleep 1000";
    box.begin("sh", "-c", "exec " + filled(script));
    scope = Cgroup2.at(MANAGER + "app.slice/" + box.name() + ".scope");
    Poll.until("the scope", () -> scope.exists() && !scope.read("cgroup.procs").isEmpty());
    // A cgroup with processes of its own can give no controllers to its children.
    Path commands = HostFiles.folder(scope.folder().resolve("commands"));
    for (String file : List.of("", "cgroup.procs")) {
      HostFiles.owner(commands.resolve(file), USER, USER);
    }
    HostFiles.write(commands.resolve("cgroup.procs"), scope.read("cgroup.procs"));
  }

  private String filled(String script) {
    return script.replace("USER", Integer.toString(USER)).replace("NAME", box.name());
  }

  /** The runtime as the user, in the scope. */
  private OciRuntime runtime() {
    Path home = HostFiles.folder(box.folder().resolve("user"));
    HostFiles.owner(home, USER, USER);
    String script =
        "o=out.$$; e=err.$$; : > $o; : > $e; chown USER:USER $o $e;"
            + " echo 0 > SCOPE/commands/cgroup.procs;"
            + " setpriv --reuid USER --regid USER --init-groups env HOME=$PWD"
            + " XDG_RUNTIME_DIR=/run/user/USER"
            + " DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/USER/bus \"$@\" > $o 2> $e;"
            + " r=$?; cat $o; cat $e >&2; exit $r";
    return box.runtime()
        .with(GlobalOptions.root(home.resolve("root")))
        .through(
            "sh",
            "-c",
            "cd " + home + "; " + filled(script).replace("SCOPE", scope.folder().toString()),
            "sh");
  }

  private Bundle bundle() {
    List<Map<String, Integer>> mappings =
        List.of(
            Map.of("containerID", 0, "hostID", USER, "size", 1),
            Map.of("containerID", 1, "hostID", SUBORDINATE, "size", 65_536));
    Bundle bundle =
        box.bundle()
            .namespace("user")
            .namespace("cgroup")
            .with("/linux/uidMappings", mappings)
            .with("/linux/gidMappings", mappings)
            .without("/linux/resources")
            .without("/linux/cgroupsPath");
    Bundle.give(bundle.rootfs(), USER);
    HostFiles.owner(bundle.folder(), USER, USER);
    return bundle;
  }

  private Result run(Bundle bundle) {
    OciRuntime runtime = runtime();
    return runtime.run(box.owns(bundle.name(), runtime), RunOptions.bundle(bundle.write()));
  }

  private int started(OciRuntime runtime, Bundle bundle) {
    String id = box.owns(bundle.name(), runtime);
    runtime.create(id, CreateOptions.bundle(bundle.write())).exits(0);
    runtime.start(id).exits(0);
    return runtime.stateOf(id).path("pid").asInt();
  }

  @Test
  void rangesOfSubordinateIds() {
    Bundle bundle =
        bundle()
            .capabilities("CAP_CHOWN", "CAP_SETUID", "CAP_SETGID")
            .writable()
            .shell(
                "tr -s ' ' < /proc/self/uid_map; tr -s ' ' < /proc/self/gid_map;"
                    + " cat /proc/self/setgroups; : > /tmp/f; chown 5:6 /tmp/f; stat -c %u:%g /tmp/f");

    Result result = run(bundle).exits(0);

    assertEquals(
        List.of("0 1000 1", "1 100000 65536", "0 1000 1", "1 100000 65536", "allow", "5:6"),
        result.lines().stream().map(String::strip).toList());
    assertEquals(SUBORDINATE + 4, HostFiles.uid(bundle.rootfs().resolve("tmp/f")));
  }

  @Test
  void anotherUserInside() {
    OciRuntime runtime = runtime();
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc refuses additional groups to the rootless");
    Bundle bundle =
        bundle()
            .sleeping()
            .with("/process/user", Map.of("uid", 7, "gid", 8, "additionalGids", List.of(9)));

    int pid = started(runtime, bundle);

    String status = HostFiles.read("/proc/" + pid + "/status");
    assertTrue(status.contains("\nUid:\t100006\t"), status);
    assertTrue(status.contains("\nGid:\t100007\t"), status);
    assertTrue(status.contains("\nGroups:\t100008"), status);
  }

  @Test
  void limitsInADelegatedCgroup() {
    OciRuntime runtime = runtime();
    Bundle bundle =
        bundle()
            .with("/linux/resources/memory", Map.of("limit", 67_108_864))
            .with("/linux/resources/pids/limit", 20)
            .with("/linux/resources/cpu", Map.of("quota", 50_000, "period", 100_000))
            .sleeping();

    Cgroup2 cgroup = Cgroup2.of(started(runtime, bundle));

    assertTrue(cgroup.folder().startsWith(Cgroup2.at(MANAGER).folder()), cgroup.folder()::toString);
    assertEquals("67108864", cgroup.read("memory.max"));
    assertEquals("20", cgroup.read("pids.max"));
    assertEquals("50000 100000", cgroup.read("cpu.max"));
    assertEquals(USER, cgroup.owner(""));

    runtime.kill(bundle.name(), "KILL").exits(0);
    Poll.until(
        "stopped", () -> runtime.stateOf(bundle.name()).path("status").asText().equals("stopped"));
    runtime.delete(bundle.name()).exits(0);
    assertFalse(cgroup.exists());
  }

  @Test
  void aLimitIsReal() {
    Bundle bundle =
        bundle()
            .with("/linux/resources/memory", Map.of("limit", 20_971_520, "swap", 20_971_520))
            .shell("dd if=/dev/zero of=/dev/null bs=52428800 count=1 2>/dev/null; echo $?");

    assertEquals("137", run(bundle).exits(0).text());
  }

  @Test
  void theCgroupIsMountedAndTheUsers() {
    Bundle bundle =
        bundle()
            .mount("/sys/fs/cgroup", "cgroup", "cgroup", "rw", "nosuid", "noexec", "nodev")
            .shell(
                "cd /sys/fs/cgroup; cat /proc/self/cgroup; stat -c %u . cgroup.procs;"
                    + " mkdir below && echo made");

    assertEquals(List.of("0::/", "0", "0", "made"), run(bundle).exits(0).lines());
  }

  @Test
  void pausedIsAStatusOfItsOwn() {
    OciRuntime runtime = runtime();
    Bundle bundle = bundle().sleeping();
    Cgroup2 cgroup = Cgroup2.of(started(runtime, bundle));

    cgroup.write("cgroup.freeze", "1");

    Poll.until(
        "paused", () -> runtime.stateOf(bundle.name()).path("status").asText().equals("paused"));
    runtime.deleteForce(bundle.name()).exits(0);
    assertFalse(cgroup.exists());
  }

  @Test
  void aPlaceThatIsNotTheUsersIsRefused() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun goes on without a cgroup");
    OciRuntime runtime = runtime();
    Bundle bundle = bundle().sleeping().with("/linux/cgroupsPath", "/" + box.name() + "/c");

    Result result = runtime.create(bundle.name(), CreateOptions.bundle(bundle.write())).exits(1);

    assertTrue(result.error().contains("permission denied"), result::toString);
  }

  @Test
  void aLimitWithoutItsControllerIsRefused() {
    // The session has no hugetlb.
    OciRuntime runtime = runtime();
    Bundle bundle =
        bundle()
            .sleeping()
            .with(
                "/linux/resources/hugepageLimits",
                List.of(Map.of("pageSize", "2MB", "limit", 4_194_304)));

    Result result = runtime.create(bundle.name(), CreateOptions.bundle(bundle.write())).exits(1);

    assertTrue(result.error().contains("hugetlb"), result::toString);
  }
}
