package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Sysno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutableTest {
  @TempDir Path dir;

  private final Kernel linux = new LinuxKernel();

  @BeforeEach
  void programs() throws Exception {
    Files.createDirectories(dir.resolve("bin/dir"));
    program("bin/run", "rwxr-xr-x");
    program("bin/plain", "rw-r--r--");
    Files.createDirectories(dir.resolve("later"));
    program("later/plain", "rwxr-xr-x");
  }

  private void program(String name, String mode) throws Exception {
    Path path = Files.createFile(dir.resolve(name));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private String find(String name) {
    return Executable.plan(
            List.of(name), List.of("PATH=/no-such:" + dir + "/bin/:" + dir + "/later"))
        .find(linux);
  }

  private String missing(String name) {
    return assertThrows(SetupException.class, () -> find(name)).getMessage();
  }

  @Test
  void aNameIsLookedUpInPath() {
    assertEquals(dir + "/bin/run", find("run"));
    assertEquals(dir + "/later/plain", find("plain"));
  }

  @Test
  void aPathIsTakenAsItIs() {
    assertEquals(dir + "/bin/run", find(dir + "/bin/run"));
    assertEquals(dir + "/bin/../bin/run", find(dir + "/bin/../bin/run"));
  }

  @Test
  void goTexts() {
    assertEquals("exec: \"foo\": executable file not found in $PATH", missing("foo"));
    assertEquals("exec: \"dir\": executable file not found in $PATH", missing("dir"));
    assertEquals(
        "exec: \"/no-such/foo\": stat /no-such/foo: no such file or directory",
        missing("/no-such/foo"));
    assertEquals("exec: \"" + dir + "/bin/dir\": is a directory", missing(dir + "/bin/dir"));
    assertEquals("exec: \"" + dir + "/bin/plain\": permission denied", missing(dir + "/bin/plain"));
    assertEquals(
        "exec: \"/dev/null/x\": stat /dev/null/x: not a directory", missing("/dev/null/x"));
    assertEquals("exec: \"\": executable file not found in $PATH", missing(""));
  }

  @Test
  void withoutPathNothingIsFound() {
    SetupException e =
        assertThrows(
            SetupException.class, () -> Executable.plan(List.of("sh"), List.of("A=b")).find(linux));
    assertEquals("exec: \"sh\": executable file not found in $PATH", e.getMessage());
    assertEquals(
        "args must not be empty",
        assertThrows(SetupException.class, () -> Executable.plan(List.of(), List.of()))
            .getMessage());
  }

  @Test
  void theWorkingDirectoryIsNoPlaceToFindIn() {
    // An empty element of PATH means it; surefire's is the module's folder, with mvn's pom.xml.
    Kernel found = call -> 0;
    SetupException e =
        assertThrows(
            SetupException.class,
            () -> Executable.plan(List.of("x"), List.of("PATH=:/bin")).find(found));
    assertEquals(
        "exec: \"x\": cannot run executable found relative to current directory", e.getMessage());
  }

  @Test
  void withoutFaccessat2TheModeDecides() {
    Kernel old =
        call -> call.number() == Sysno.FACCESSAT2 ? -Errno.ENOSYS.value() : linux.call(call);
    Executable run = Executable.plan(List.of(dir + "/bin/run"), List.of());
    assertEquals(dir + "/bin/run", run.find(old));
    Executable plain = Executable.plan(List.of(dir + "/bin/plain"), List.of());
    assertEquals(
        "exec: \"" + dir + "/bin/plain\": permission denied",
        assertThrows(SetupException.class, () -> plain.find(old)).getMessage());
  }
}
