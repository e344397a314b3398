package dev.proa.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a write does where the kernel does not take it at once. */
class CgroupFilesTest {
  private final RecordingKernel kernel = new RecordingKernel();

  CgroupFilesTest() {
    kernel.on(Sysno.WRITE, call -> ((Arg.Value) call.args().get(2)).value());
  }

  private List<String> write(Write... writes) {
    try (CgroupFiles files = CgroupFiles.open(kernel, "/cg")) {
      files.write(List.of(writes));
    }
    return kernel.lines().stream()
        .filter(line -> line.startsWith("write") || line.contains("O_WRONLY"))
        .map(line -> line.replaceAll(" O_.*", "").replaceAll("<[^>]*>|openat", ""))
        .toList();
  }

  private void refuseFirst(String data, Errno errno) {
    boolean[] refused = {false};
    kernel.on(
        call -> call.number() == Sysno.WRITE && call.args().get(1).toString().equals(data),
        call -> {
          long answer = refused[0] ? data.length() - 2 : -errno.value();
          refused[0] = true;
          return answer;
        });
  }

  @Test
  void aFileIsOpenedOnceForWritesInARow() {
    assertEquals(
        List.of("(10, \"f\",", "write(11, \"1\", 1)", "write(11, \"2\", 1)"),
        write(Write.of("s", "f", "1"), Write.of("s", "f", "2")));
  }

  @Test
  void whatMayComeLaterIsWrittenAgainAfterTheOthers() {
    refuseFirst("\"200\"", Errno.EINVAL);
    assertEquals(
        List.of(
            "(10, \"limit\",",
            "write(11, \"200\", 3)",
            "(10, \"swap\",",
            "write(12, \"300\", 3)",
            "(10, \"limit\",",
            "write(13, \"200\", 3)"),
        write(Write.of("s", "limit", "200").maybeLater(), Write.of("s", "swap", "300")));
  }

  @Test
  void aMissingFileIsPassedOverOrReplaced() {
    kernel.on(
        call -> call.number() == Sysno.OPENAT && call.toString().contains("\"gone\""),
        call -> -Errno.ENOENT.value());
    assertEquals(
        List.of("(10, \"gone\",", "(10, \"gone\",", "(10, \"there\",", "write(11, \"3\", 1)"),
        write(
            Write.of("s", "gone", "1").ifPresent(),
            Write.of("s", "gone", "2").orElse(Write.of("s", "there", "3"))));
    assertEquals(
        "s.t: open \"/cg/gone\": no such file or directory",
        assertThrows(CgroupException.class, () -> write(Write.of("s.t", "gone", "1")))
            .getMessage());
  }

  @Test
  void aRefusalNamesSectionFileAndData() {
    refuseFirst("\"abc\"", Errno.EINVAL);
    CgroupException e =
        assertThrows(
            CgroupException.class,
            () -> write(Write.of("linux.resources.pids.limit", "pids.max", "abc")));
    assertEquals(
        "linux.resources.pids.limit: write \"/cg/pids.max\" \"abc\": invalid argument",
        e.getMessage());
    assertEquals(Errno.EINVAL, e.errno());
  }

  @Test
  void rootlessDoesWithoutWhatItMayNotMake() {
    kernel.on(
        call -> call.number() == Sysno.MKDIRAT && call.toString().contains("/memory/"),
        call -> -Errno.EACCES.value());
    Layout layout =
        new Layout(
            List.of(
                new Layout.Hierarchy("memory", "/sys/fs/cgroup/memory", "/", "/"),
                new Layout.Hierarchy("pids", "/sys/fs/cgroup/pids", "/", "/u")));
    CgroupsPath path = CgroupsPath.of(null, "c1");
    Cgroup rootless = Cgroups.plan(kernel, layout, path, Tolerance.of(true, false, path));
    rootless.create(null);
    assertEquals(Map.of("pids", "/sys/fs/cgroup/pids/u/c1"), rootless.paths());
    assertEquals(
        "linux.resources.memory.limit: memory controller is not available",
        assertThrows(
                CgroupException.class,
                () -> rootless.set(Sample.resources("{'memory':{'limit':5}}"), List.of()))
            .getMessage());

    CgroupsPath given = CgroupsPath.of("/c1", "c1");
    Cgroup strict = Cgroups.plan(kernel, layout, given, Tolerance.of(true, false, given));
    assertEquals(
        "mkdir \"/sys/fs/cgroup/memory/c1\": permission denied",
        assertThrows(CgroupException.class, () -> strict.create(null)).getMessage());
  }

  @Test
  void aProcessThatIsTooNewIsMovedAtTheSecondTry() {
    refuseFirst("\"42\"", Errno.EINVAL);
    new CgroupTree(kernel).join("/cg", 42);
    List<Call> calls = kernel.calls();
    assertEquals(1, calls.stream().filter(call -> call.number() == Sysno.NANOSLEEP).count());
  }

  /** Through cgroup.procs it would take the kernel 10 ms and more. */
  @Test
  void aCloneJoinsTheOldHierarchiesThroughTasks() {
    new CgroupTree(kernel).joinSelf("/cg");
    assertEquals(
        List.of("openat(AT_FDCWD, \"/cg/tasks\", O_WRONLY|O_CLOEXEC, 0)", "\"0\""),
        kernel.calls().stream()
            .filter(call -> call.number() == Sysno.OPENAT || call.number() == Sysno.WRITE)
            .map(
                call ->
                    call.number() == Sysno.WRITE ? call.args().get(1).toString() : call.toString())
            .toList());
  }
}
