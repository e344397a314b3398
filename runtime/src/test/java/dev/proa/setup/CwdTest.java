package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CwdTest {
  @TempDir Path dir;

  private static long cwd(Call call, String path) {
    byte[] text = (path + "\0").getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, ((Arg.Memory) call.args().get(0)).bytes(), 0, text.length);
    return text.length;
  }

  private static String refused(Step step, RecordingKernel kernel) {
    return assertThrows(SetupException.class, () -> step.apply(ProcessSteps.inside(kernel)))
        .getMessage();
  }

  @Test
  void itIsEnteredOnceAsRootAndChecked() {
    RecordingKernel kernel = new RecordingKernel().on(Sysno.GETCWD, call -> cwd(call, "/work"));
    Cwd cwd = Cwd.plan("/work");
    cwd.beforeUser().apply(ProcessSteps.inside(kernel));
    cwd.afterUser().apply(ProcessSteps.inside(kernel));
    assertEquals(List.of("chdir(\"/work\")", "getcwd([4096 bytes], 4096)"), kernel.lines());
  }

  @Test
  void whatRootMayNotEnterTheUserMay() {
    RecordingKernel kernel =
        new RecordingKernel()
            .fail(Sysno.CHDIR, Errno.EACCES)
            .on(Sysno.GETCWD, call -> cwd(call, "/home/u"));
    Cwd cwd = Cwd.plan("/home/u");
    cwd.beforeUser().apply(ProcessSteps.inside(kernel));
    assertEquals(
        "chdir to cwd (\"/home/u\") set in config.json failed: permission denied",
        refused(cwd.afterUser(), kernel));
    kernel.on(Sysno.CHDIR, call -> 0);
    cwd.afterUser().apply(ProcessSteps.inside(kernel));
    assertEquals(4, kernel.lines().size());
  }

  @Test
  void aFileIsNoWorkingDirectory() {
    RecordingKernel kernel = new RecordingKernel().fail(Sysno.CHDIR, Errno.ENOTDIR);
    assertEquals(
        "chdir to cwd (\"/etc/passwd\") set in config.json failed: not a directory",
        refused(Cwd.plan("/etc/passwd").beforeUser(), kernel));
  }

  @Test
  void aDirectoryOutsideTheRootIsABreakout() {
    // CVE-2024-21626: cwd /proc/self/fd/7, a leaked descriptor of the host.
    for (String now : List.of("(unreachable)/", "")) {
      RecordingKernel kernel =
          now.isEmpty()
              ? new RecordingKernel().fail(Sysno.GETCWD, Errno.ENOENT)
              : new RecordingKernel().on(Sysno.GETCWD, call -> cwd(call, now));
      Cwd cwd = Cwd.plan("/proc/self/fd/7");
      cwd.beforeUser().apply(ProcessSteps.inside(kernel));
      assertEquals(
          "current working directory is outside of container mount namespace root -- possible"
              + " container breakout detected",
          refused(cwd.afterUser(), kernel));
    }
  }

  @Test
  void itMustBeAbsolute() {
    assertEquals(
        "Cwd must be an absolute path",
        assertThrows(SetupException.class, () -> Cwd.plan("work")).getMessage());
  }

  @Test
  void itIsMadeInTheRootFileSystem() {
    LinuxKernel kernel = new LinuxKernel();
    try (Fd root =
        new FileCalls(kernel).open(dir.toString(), FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      Inside inside = new Inside(kernel, new Rootfs(kernel, root), null);
      Cwd.plan("/a/../../b/c").make().apply(inside);
      assertTrue(Files.isDirectory(dir.resolve("b/c")));
    }
  }
}
