package dev.proa.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayoutTest {
  private static final String HYBRID =
      """
      23 1 254:0 / / rw,relatime - ext4 /dev/root rw
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
      35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
      40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
      41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
      99 31 0:32 / /mnt/copy rw,relatime - cgroup cgroup rw,memory
      """;
  private static final String HYBRID_OWN =
      """
      9:name=systemd:/
      4:memory:/process_api/2ea8
      1:cpu,cpuacct:/
      0::/
      """;

  @Test
  void findsTheHierarchiesOfTheHybridLayout() {
    Layout layout = Layout.parse(HYBRID, HYBRID_OWN);
    assertEquals(
        List.of(
            new Layout.Hierarchy("memory", "/sys/fs/cgroup/memory", "/", "/process_api/2ea8"),
            new Layout.Hierarchy("cpu", "/sys/fs/cgroup/cpu,cpuacct", "/", "/"),
            new Layout.Hierarchy("cpuacct", "/sys/fs/cgroup/cpu,cpuacct", "/", "/"),
            new Layout.Hierarchy("name=systemd", "/sys/fs/cgroup/systemd", "/", "/"),
            new Layout.Hierarchy("", "/sys/fs/cgroup/unified", "/", "/")),
        layout.hierarchies());
    assertFalse(layout.isUnified());
  }

  @Test
  void knowsCgroup2Alone() {
    Layout layout =
        Layout.parse(
            "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n",
            "0::/user.slice/session-1.scope\n");
    assertTrue(layout.isUnified());
    assertEquals(
        "/sys/fs/cgroup/user.slice/session-1.scope", layout.hierarchies().getFirst().ownPath());
  }

  @Test
  void whereCgroup2IsAloneTheMountsAreNotRead() {
    RecordingKernel kernel =
        new RecordingKernel()
            .file("/proc/self/cgroup", "0::/a/b\n")
            .on(
                Sysno.FSTATFS,
                call -> {
                  Bytes.putLong(((Arg.Memory) call.args().get(1)).bytes(), 0, 0x63677270);
                  return 0;
                });
    assertEquals(
        new Layout(List.of(new Layout.Hierarchy("", "/sys/fs/cgroup", "/", "/a/b"))),
        Layout.detect(kernel));
    assertFalse(kernel.lines().stream().anyMatch(line -> line.contains("mountinfo")));
  }

  @Test
  void plansThePathsWithoutTouchingAnything() {
    RecordingKernel kernel = new RecordingKernel();
    Layout layout = Layout.parse(HYBRID, HYBRID_OWN);
    assertEquals(
        Map.of(
            "memory", "/sys/fs/cgroup/memory/process_api/2ea8/c1",
            "cpu", "/sys/fs/cgroup/cpu,cpuacct/c1",
            "cpuacct", "/sys/fs/cgroup/cpu,cpuacct/c1",
            "name=systemd", "/sys/fs/cgroup/systemd/c1",
            "", "/sys/fs/cgroup/unified/c1"),
        Cgroups.plan(kernel, layout, CgroupsPath.of(null, "c1"), Tolerance.NONE).paths());
    assertEquals(
        "/sys/fs/cgroup/memory/docker/c1",
        Cgroups.plan(kernel, layout, CgroupsPath.of("/docker/c1", "x"), Tolerance.NONE)
            .paths()
            .get("memory"));
    assertEquals(List.of(), kernel.calls());
  }

  @Test
  void aPathNeverLeavesTheHierarchy() {
    assertEquals(new CgroupsPath("b", true, true), CgroupsPath.of("/a/../../b", "id"));
    assertEquals(new CgroupsPath("b/c", false, true), CgroupsPath.of("a/../../b/./c//", "id"));
    assertEquals(new CgroupsPath("id", false, false), CgroupsPath.of("", "id"));
  }

  @Test
  void aRelativePathInCgroup2IsBesideTheOwnCgroup() {
    Layout.Hierarchy own = new Layout.Hierarchy("", "/sys/fs/cgroup", "/", "/user.slice/s.scope");
    assertEquals("/sys/fs/cgroup/user.slice/c1", CgroupsPath.of("c1", "x").inV2(own));
    Layout.Hierarchy root = new Layout.Hierarchy("", "/sys/fs/cgroup", "/", "/");
    assertEquals("/sys/fs/cgroup/c1", CgroupsPath.of("c1", "x").inV2(root));
  }

  @Test
  void inANestedContainerOnlyWhatIsBelowTheMountsRootExists() {
    Layout.Hierarchy nested =
        new Layout.Hierarchy("memory", "/sys/fs/cgroup/memory", "/docker/abc", "/docker/abc/in");
    assertEquals("/sys/fs/cgroup/memory/in", nested.ownPath());
  }
}
