package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@code --systemd-cgroup}: the container is a unit of systemd, whose properties {@code systemctl}
 * tells (config-linux.md, "Cgroups Path": what the value means is the runtime's to define; it is
 * runc's here).
 */
class SystemdIT extends SystemdUnit {
  private static final int USER = 1000;

  // The place

  @Test
  void aScopeInTheSlice() {
    Bundle bundle = scope();

    Container container = create(bundle);

    assertEquals("/system.slice/" + unit(bundle), cgroup(container));
    assertEquals(
        List.of("ActiveState=active", "Slice=system.slice", "Delegate=yes", "Transient=yes"),
        properties(unit(bundle), "ActiveState", "Slice", "Delegate", "Transient"));
    assertEquals(Integer.toString(container.pid()), file(container, "cgroup.procs"));
  }

  @Test
  void slicesNest() {
    assumeSystemd();
    Bundle bundle = box.bundle().sleeping();
    bundle.with("/linux/cgroupsPath", "proait-pod1.slice:it:" + bundle.name());
    Container container = create(bundle);
    try {
      assertEquals("/proait.slice/proait-pod1.slice/" + unit(bundle), cgroup(container));
    } finally {
      systemd().deleteForce(container.id());
      box.host("systemctl", "stop", "proait.slice");
    }
  }

  @Test
  void theRootSlice() {
    Bundle bundle = box.bundle().sleeping();
    bundle.with("/linux/cgroupsPath", "-.slice:it:" + bundle.name());
    assertEquals("/" + unit(bundle), cgroup(create(bundle)));
  }

  @Test
  void theDefaultIsAScopeOfTheIdInSystemSlice() {
    Bundle bundle = box.bundle().sleeping().without("/linux/cgroupsPath");

    String cgroup = cgroup(create(bundle));

    assertTrue(cgroup.matches("/system\\.slice/(runc|crun)-" + bundle.name() + "\\.scope"), cgroup);
  }

  @Test
  void aNameThatIsASliceIsTheUnit() {
    assumeSystemd();
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun cannot put a process into a slice");
    Bundle bundle = box.bundle().sleeping();
    bundle.with("/linux/cgroupsPath", ":it:proaits.slice").with("/linux/resources/pids/limit", 77);
    Container container = create(bundle);

    assertEquals("/proaits.slice", cgroup(container));
    assertEquals("77", property("proaits.slice", "TasksMax"));
    assertEquals("77", file(container, "pids.max"));

    systemd().deleteForce(container.id()).succeeds();
    assertFalse(Files.exists(CGROUPS.resolve("proaits.slice")));
  }

  @Test
  void otherPathsAreRefused() {
    assumeSystemd();
    assumeFalse(box.kind() == RuntimeKind.CRUN, "crun takes them");
    for (String path : List.of("/a/b", "a:b", "a.slice:b:c:d")) {
      Result result = tryCreate(box.bundle().with("/linux/cgroupsPath", path));

      assertEquals(1, result.exit());
      String text =
          "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \""
              + path
              + "\" instead";
      assertTrue(result.stderr().replace("\\\"", "\"").contains(text), result.stderr());
      if (box.kind() == RuntimeKind.PROA) {
        assertTrue(result.stderr().contains("config.json:"), result.stderr());
        assertTrue(result.stderr().contains("linux.cgroupsPath"), result.stderr());
      }
    }
    box.assertNothingLeft();
  }

  // The end

  @Test
  void deleteStopsTheUnit() {
    Bundle bundle = scope();
    Container container = create(bundle).start();
    container.kill("KILL").await("stopped");

    systemd().delete(container.id()).exits(0);

    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  @Test
  void theStateRemembersTheDriver() {
    Bundle bundle = scope();
    Container container = create(bundle).start();
    OciRuntime without = box.runtime();

    assertEquals("running", without.stateOf(container.id()).path("status").asText());
    without.kill(container.id(), "KILL").succeeds();
    container.await("stopped");
    without.delete(container.id()).exits(0);

    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  @Test
  void deleteForceKillsAllOfIt() {
    Bundle bundle = scope().shell("sleep 1000 & sleep 1001; :");
    Container container = create(bundle).start();

    box.runtime().deleteForce(container.id()).succeeds();

    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  @Test
  void aUnitThatFailedIsForgotten() {
    Bundle bundle =
        scope()
            .shell("tail /dev/zero")
            .with("/linux/resources/memory/limit", 16_777_216)
            .with("/linux/resources/memory/swap", 16_777_216);
    Container container = create(bundle);
    container.start().await("stopped");

    systemd().delete(container.id()).exits(0);

    assertNoUnit(unit(bundle));
  }

  @Test
  void aFailedCreateLeavesNoUnit() {
    assumeSystemd();
    Bundle bundle = scope().args("/no/such/program");

    Result result = tryCreate(bundle);

    assertTrue(result.exit() != 0, result.toString());
    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  @Test
  void aUnitIsNotTakenFromAnotherContainer() {
    Bundle first = scope();
    Container container = create(first);
    Bundle second = box.bundle().sleeping();
    second.with("/linux/cgroupsPath", "system.slice:it:" + first.name());

    Result result = tryCreate(second);

    assertTrue(result.exit() != 0, result.toString());
    assertEquals("active", property(unit(first), "ActiveState"));
    assertEquals(Integer.toString(container.pid()), file(container, "cgroup.procs"));
    assertEquals("created", container.status());
  }

  @Test
  void aKilledCreateIsRemovedByDeleteForce() {
    assumeSystemd();
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun write the state at the end only");
    Bundle bundle = scope();
    Path mark = box.folder().resolve("mark");
    bundle.with(
        "/hooks/createRuntime",
        List.of(
            Map.of(
                "path", "/bin/sh", "args", List.of("sh", "-c", "touch " + mark + "; sleep 1000"))));
    OciRuntime runtime = systemd();
    Execution creation =
        runtime.beginCreate(
            box.owns(bundle.name(), runtime),
            CreateOptions.bundle(bundle.write()),
            Launcher.Stdin.NULL);
    Poll.until("the hook", () -> Files.exists(mark));
    assertEquals("active", property(unit(bundle), "ActiveState"));

    creation.destroy();
    creation.await();
    box.runtime().deleteForce(bundle.name()).succeeds();

    assertNoUnit(unit(bundle));
    box.assertNothingLeft();
  }

  // A user's systemd

  private OciRuntime rootless() {
    Path home = HostFiles.folder(box.folder().resolve("user"));
    HostFiles.owner(home, USER, USER);
    return systemd()
        .with(box.runtime().globals().withSystemdCgroup().withRoot(home.resolve("root")))
        .through(
            "sh",
            "-c",
            "cd "
                + home
                + "; : > out; : > err; chown "
                + USER
                + " out err; setpriv --reuid "
                + USER
                + " --regid "
                + USER
                + " --init-groups \"$@\" > out 2> err < /dev/null; r=$?; cat out; cat err >&2;"
                + " exit $r",
            "sh")
        .withEnvironment("XDG_RUNTIME_DIR", "/run/user/" + USER)
        .withEnvironment("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/" + USER + "/bus");
  }

  @Test
  void aUsersScope() {
    assumeSystemd();
    assumeTrue(Files.exists(Path.of("/run/user/" + USER + "/systemd")), "no user session");
    Map<String, Integer> mapping = Map.of("containerID", 0, "hostID", USER, "size", 1);
    Bundle bundle =
        box.bundle()
            .sleeping()
            .namespace("user")
            .withoutNamespace("network")
            .with("/linux/uidMappings", List.of(mapping))
            .with("/linux/gidMappings", List.of(mapping))
            .withoutMount("/dev/pts")
            .withoutMount("/sys")
            .without("/linux/resources")
            .with("/linux/resources/memory/limit", 67_108_864)
            .with("/linux/resources/pids/limit", 55);
    bundle.with("/linux/cgroupsPath", ":it:" + bundle.name());
    OciRuntime runtime = rootless();
    Container container = box.create(bundle, CreateOptions.bundle(bundle.write()), runtime);

    assertEquals(
        "/user.slice/user-1000.slice/user@1000.service/user.slice/" + unit(bundle),
        cgroup(container));
    assertEquals("67108864", file(container, "memory.max"));
    assertEquals("55", file(container, "pids.max"));

    runtime.deleteForce(container.id()).exits(0);
    assertFalse(
        Files.exists(
            CGROUPS
                .resolve("user.slice/user-1000.slice/user@1000.service/user.slice")
                .resolve(unit(bundle))));
  }

  // Elsewhere

  @Test
  void withoutSystemdThereIsOneClearError() {
    assumeFalse(Files.isDirectory(Path.of("/run/systemd/system")), "systemd runs here");
    assumeFalse(box.kind() == RuntimeKind.CRUN, "crun has other words");

    Result result = tryCreate(scope());

    assertEquals(1, result.exit());
    String text = "systemd not running on this host, cannot use systemd cgroups manager";
    assertTrue(result.stderr().contains(text), result.stderr());
    box.assertNothingLeft();
  }
}
