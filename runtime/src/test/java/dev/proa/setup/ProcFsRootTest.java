package dev.proa.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.LinuxKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcFsRootTest {
  private final LinuxKernel linux = new LinuxKernel();

  @BeforeEach
  void root() throws Exception {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
  }

  /** On a kernel without these calls. */
  private ProcFs procfs(String missing) {
    List<String> names = List.of(missing.split(" ", -1));
    Kernel kernel =
        call -> names.contains(call.number().name()) ? -Errno.ENOSYS.value() : linux.call(call);
    return new ProcFs(kernel);
  }

  private String read(Fd fd) {
    try (fd) {
      return new String(new FileCalls(linux).readAll(fd), UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "FSOPEN", "FSOPEN OPEN_TREE", "FSOPEN OPEN_TREE OPENAT2"})
  void filesOfProcessesAndOfTheKernel(String missing) {
    ProcFs procfs = procfs(missing);
    String pid = String.valueOf(ProcessHandle.current().pid());
    assertTrue(
        read(procfs.openProcessFile("self/status", FileCalls.O_RDONLY)).contains("\nPid:\t" + pid));
    assertEquals(
        System.getProperty("os.version") + "\n",
        read(procfs.open("sys/kernel/osrelease", FileCalls.O_RDONLY)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "FSOPEN", "FSOPEN OPEN_TREE"})
  void magicLinksAreNotFollowed(String missing) {
    ProcFs procfs = procfs(missing);
    KernelException e =
        assertThrows(KernelException.class, () -> procfs.open("self/root/etc", FileCalls.O_RDONLY));
    assertTrue(e.is(Errno.ELOOP) || e.is(Errno.EXDEV), e::getMessage);
    KernelException up =
        assertThrows(KernelException.class, () -> procfs.open("../etc", FileCalls.O_RDONLY));
    assertTrue(up.is(Errno.EXDEV), up::getMessage);
  }

  @Test
  void magicLinksAreNotFollowedBeforeOpenat2() {
    ProcFs procfs = procfs("FSOPEN OPEN_TREE OPENAT2");
    assertThrows(RuntimeException.class, () -> procfs.open("self/root/etc", FileCalls.O_RDONLY));
    assertThrows(RuntimeException.class, () -> procfs.open("../etc", FileCalls.O_RDONLY));
  }
}
