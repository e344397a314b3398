package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
  void staysWhereTheMountIsReadOnlyAlready() {
    kernel.on(Sysno.STATFS, SealTest::readOnly);
    Seal.ensure(kernel, Map::of);
    assertEquals(1, kernel.calls().size());
  }

  @Test
  void goesOnForAUserWhoMayNotWriteToIt() {
    kernel.fail(Sysno.FACCESSAT2, Errno.EACCES);
    Seal.ensure(kernel, Map::of);
    assertEquals(
        0, kernel.calls().stream().filter(call -> call.number() == Sysno.EXECVEAT).count());
  }

  @Test
  void executesASealedCopyOfAFileThatItCouldWriteTo() {
    Seal.ensure(kernel, () -> Map.of("A", "b"));
    List<String> lines = kernel.lines();
    assertEquals(
        true,
        lines
            .getLast()
            .endsWith(
                "\"\", [\"/opt/proa/bin/proa\", \"run\", \"x\"], [\"A=b\","
                    + " \"_PROA_EXE=/opt/proa/bin/proa\"], AT_EMPTY_PATH)"),
        lines.getLast());
    assertEquals(
        true, lines.get(lines.size() - 2).contains("F_ADD_SEALS"), "nobody writes to it: " + lines);
  }

  @Test
  void aFailureOfTheCopyIsAnError() {
    for (Sysno each : List.of(Sysno.MEMFD_CREATE, Sysno.FCNTL, Sysno.SENDFILE)) {
      RecordingKernel broken = kernel.fail(each, Errno.ENOSPC);
      assertThrows(KernelException.class, () -> Seal.ensure(broken, Map::of), each.toString());
    }
  }
}
