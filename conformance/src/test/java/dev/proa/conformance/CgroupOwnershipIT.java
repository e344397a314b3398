package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.Cgroup2;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config-linux.md, "Cgroup ownership". */
@EnabledIf(
    value = "dev.proa.conformance.host.Cgroup2#isComplete",
    disabledReason = "this machine does not have cgroup v2 with all controllers")
class CgroupOwnershipIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void assumeThatTheRuntimeGivesIt() {
    assumeTrue(
        box.kind() == RuntimeKind.PROA,
        "runc gives away cgroups of systemd only, crun always and to the container's root");
  }

  private Bundle withCgroupMount(String... options) {
    return box.bundle().namespace("cgroup").mount("/sys/fs/cgroup", "cgroup", "cgroup", options);
  }

  @Test
  void itBelongsToTheContainersRoot() {
    Container container =
        box.create(withCgroupMount("rw").userNamespace(100_000, 65_536).sleeping());
    Cgroup2 cgroup = Cgroup2.of(container.pid());

    List<String> given = HostFiles.read("/sys/kernel/cgroup/delegate").lines().toList();
    assertEquals(100_000, cgroup.owner(""));
    for (var file : HostFiles.list(cgroup.folder())) {
      String name = file.getFileName().toString();
      if (Files.isRegularFile(file)) {
        assertEquals(given.contains(name) ? 100_000 : 0, cgroup.owner(name), name);
      }
    }
  }

  @Test
  void theContainerMakesCgroupsOfItsOwn() {
    Bundle bundle =
        withCgroupMount("rw")
            .userNamespace(100_000, 65_536)
            .shell(
                "cd /sys/fs/cgroup && mkdir all && echo 0 > all/cgroup.procs"
                    + " && echo +pids +memory > cgroup.subtree_control && mkdir one"
                    + " && echo 5 > one/pids.max && cat one/pids.max; cat /proc/self/cgroup;"
                    + " { echo 1 > memory.max; } 2>/dev/null || echo its own limit stays");

    assertEquals(List.of("5", "0::/all", "its own limit stays"), box.lines(bundle));
  }

  @Test
  void itBelongsToTheUserOfTheProcess() {
    Bundle bundle = withCgroupMount("rw").userNamespace(100_000, 65_536).sleeping();
    bundle.with("/process/user/uid", 7);
    Container container = box.create(bundle);

    assertEquals(100_007, Cgroup2.of(container.pid()).owner(""));
  }

  @Test
  void itStaysTheRuntimesWhereTheMountIsReadOnly() {
    Container container =
        box.create(withCgroupMount("ro").userNamespace(100_000, 65_536).sleeping());

    assertEquals(0, Cgroup2.of(container.pid()).owner(""));
    assertEquals(0, Cgroup2.of(container.pid()).owner("cgroup.procs"));
  }

  @Test
  void itStaysTheRuntimesWithoutACgroupNamespace() {
    Container container =
        box.create(
            withCgroupMount("rw")
                .withoutNamespace("cgroup")
                .userNamespace(100_000, 65_536)
                .sleeping());

    assertEquals(0, Cgroup2.of(container.pid()).owner(""));
  }

  @Test
  void theMountShowsTheContainersPartOnly() {
    Bundle bundle =
        withCgroupMount("ro")
            .shell(
                "cat /proc/self/cgroup; cat /sys/fs/cgroup/cgroup.procs | wc -l;"
                    + " cat /sys/fs/cgroup/pids.current");

    List<String> lines = box.lines(bundle);

    assertEquals("0::/", lines.get(0));
    assertTrue(Integer.parseInt(lines.get(1)) <= 3, lines::toString);
  }
}
