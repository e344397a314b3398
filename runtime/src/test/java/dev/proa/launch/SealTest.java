package dev.proa.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealTest {
  private final RecordingKernel kernel =
      new RecordingKernel()
          .file("/proc/self/cmdline", "/opt/proa/bin/proa\0run\0x\0")
          .on(
              Sysno.READLINKAT,
              call -> {
                byte[] path = "/opt/proa/bin/proa".getBytes(StandardCharsets.UTF_8);
                System.arraycopy(
                    path, 0, ((Arg.Memory) call.args().get(2)).bytes(), 0, path.length);
                return path.length;
              });

  private static long readOnly(Call call) {
    ((Arg.Memory) call.args().get(1)).bytes()[80] = 1; // ST_RDONLY in statfs.f_flags
    return 0;
  }

  @Test
  void executesItselfFromAReadOnlyMountOfItself() {
    Seal.ensure(kernel, Map.of("A", "b"));
    List<String> lines = kernel.lines();
    int mount =
        lines.indexOf("open_tree(AT_FDCWD, \"/proc/self/exe\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC)");
    assertEquals(lines.size() - 3, mount);
    assertEquals(
        true, lines.get(mount + 1).contains("attr_set=MOUNT_ATTR_RDONLY"), lines.get(mount + 1));
    String execveat = lines.get(mount + 2);
    assertEquals(
        true,
        execveat.endsWith(
            "\"\", [\"/opt/proa/bin/proa\", \"run\", \"x\"], [\"A=b\","
                + " \"_PROA_LIB=/opt/proa/bin/../lib/proa\"], AT_EMPTY_PATH)"),
        execveat);
  }

  @Test
  void staysWhereTheMountIsReadOnlyAlready() {
    kernel.on(Sysno.STATFS, SealTest::readOnly);
    Seal.ensure(kernel, Map.of());
    assertEquals(1, kernel.calls().size());
  }

  @Test
  void goesOnForAUserWhoMayNeitherMountNorWrite() {
    kernel.fail(Sysno.OPEN_TREE, Errno.EPERM);
    kernel.fail(Sysno.FACCESSAT2, Errno.EACCES);
    Seal.ensure(kernel, Map.of());
    assertEquals(
        0, kernel.calls().stream().filter(call -> call.number() == Sysno.EXECVEAT).count());
  }

  @Test
  void executesASealedCopyWhereItCouldBeWrittenAndNotMounted() {
    for (Errno errno : List.of(Errno.EPERM, Errno.ENOSYS)) {
      kernel.calls().clear();
      kernel.fail(Sysno.MOUNT_SETATTR, errno);
      Seal.ensure(kernel, Map.of());
      List<String> lines = kernel.lines();
      assertEquals(true, lines.getLast().startsWith("execveat("), lines.toString());
      assertEquals(
          true,
          lines.get(lines.size() - 2).contains("F_ADD_SEALS"),
          "nobody writes to it: " + lines);
    }
  }

  @Test
  void aFailureOfTheCopyIsAnError() {
    kernel.fail(Sysno.OPEN_TREE, Errno.ENOSYS);
    for (Sysno each : List.of(Sysno.MEMFD_CREATE, Sysno.FCNTL, Sysno.SENDFILE)) {
      RecordingKernel broken = kernel.fail(each, Errno.ENOSPC);
      assertThrows(KernelException.class, () -> Seal.ensure(broken, Map.of()), each.toString());
    }
  }

  @Test
  void anotherFailureIsAnError() {
    kernel.fail(Sysno.MOUNT_SETATTR, Errno.EINVAL);
    assertThrows(KernelException.class, () -> Seal.ensure(kernel, Map.of()));
  }
}
