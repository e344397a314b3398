package dev.proa.rehearsal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Errno;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import org.junit.jupiter.api.Test;

/** A machine on which the new cgroup is the first: nothing there shows what files it gets. */
class NewCgroupsTest {
  private static final long CGROUP1 = 0x27e0eb;
  private static final long CGROUP2 = 0x63677270;

  private static RecordingKernel emptyHierarchy(long type) {
    return new RecordingKernel()
        .fail(Sysno.FACCESSAT2, Errno.ENOENT)
        .on(
            call -> call.number() == Sysno.STATFS || call.number() == Sysno.FSTATFS,
            call -> {
              Bytes.putLong(((Arg.Memory) call.args().get(1)).bytes(), 0, type);
              return 0;
            });
  }

  @Test
  void theFirstCgroupOfVersion1HasWhatTheTopHasNot() {
    NewCgroups cgroups = new NewCgroups(emptyHierarchy(CGROUP1));
    assertTrue(cgroups.has("/cg/freezer", "freezer.state"));
    assertTrue(cgroups.has("/cg/pids", "pids.max"));
    assertTrue(cgroups.has("/cg/hugetlb", "hugetlb.2MB.limit_in_bytes"));
    assertFalse(cgroups.has("/cg/memory", "memory.no_such_file"));
    assertFalse(cgroups.has("/cg/memory", "tasks.d"));
  }

  @Test
  void theFirstCgroupOfVersion2HasTheFilesOfItsControllers() {
    NewCgroups cgroups =
        new NewCgroups(
            emptyHierarchy(CGROUP2).file("/cg/cgroup.controllers", "cpuset cpu memory\n"));
    assertTrue(cgroups.has("/cg", "memory.max"));
    assertTrue(cgroups.has("/cg", "cgroup.kill"));
    assertFalse(cgroups.has("/cg", "pids.max"));
    assertFalse(cgroups.has("/cg", "nothing"));
  }

  @Test
  void otherFileSystemsHaveNone() {
    assertFalse(new NewCgroups(emptyHierarchy(0xEF53)).has("/home", "freezer.state"));
  }
}
