package dev.proa.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On real files; each test runs with openat2(2) and, for old kernels, without it. */
class RootfsTest {
  @TempDir Path host;

  private final LinuxKernel linux = new LinuxKernel();
  private Path root;

  @BeforeEach
  void image() throws Exception {
    root = Files.createDirectory(host.resolve("rootfs"));
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/file"), "in root");
    Files.writeString(host.resolve("secret"), "of the host");
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../../../.."));
    Files.createSymbolicLink(root.resolve("absolute"), Path.of("/a"));
    Files.createSymbolicLink(root.resolve("outside"), host.resolve("secret"));
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("not/there"));
    Files.createSymbolicLink(root.resolve("a/sideways"), Path.of("../a/b/../file"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
  }

  private Rootfs rootfs(boolean openat2) {
    Kernel kernel =
        openat2
            ? linux
            : call -> call.number() == Sysno.OPENAT2 ? -Errno.ENOSYS.value() : linux.call(call);
    return new Rootfs(kernel, new FileCalls(kernel).open(root.toString(), FileCalls.O_PATH));
  }

  private Path where(Fd fd) throws Exception {
    Path path = Files.readSymbolicLink(Path.of(fd.procPath()));
    fd.close();
    return path;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void linksStayInTheRoot(boolean openat2) throws Exception {
    Rootfs rootfs = rootfs(openat2);
    assertEquals(root.resolve("a/file"), where(rootfs.open("/absolute/file", FileCalls.O_PATH)));
    assertEquals(root.resolve("a/file"), where(rootfs.open("/a/sideways", FileCalls.O_PATH)));
    assertEquals(root, where(rootfs.open("/up", FileCalls.O_PATH)));
    assertEquals(root.resolve("a"), where(rootfs.open("up/up/a", FileCalls.O_PATH)));
    assertEquals(root.resolve("a"), where(rootfs.open("../../../a/", FileCalls.O_PATH)));
    assertEquals(root, where(rootfs.open("/", FileCalls.O_PATH)));
    assertNull(rootfs.openIfPresent("/outside", FileCalls.O_PATH));
    assertNull(rootfs.openIfPresent("/dangling", FileCalls.O_PATH));
    assertEquals(
        root.resolve("outside"),
        where(rootfs.open("/outside", FileCalls.O_PATH | FileCalls.O_NOFOLLOW)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void errorsAreThoseOfTheKernel(boolean openat2) {
    Rootfs rootfs = rootfs(openat2);
    KernelException loop =
        assertThrows(KernelException.class, () -> rootfs.open("/loop", FileCalls.O_PATH));
    assertTrue(loop.is(Errno.ELOOP), loop::getMessage);
    KernelException file =
        assertThrows(KernelException.class, () -> rootfs.open("/a/file/x", FileCalls.O_PATH));
    assertTrue(file.is(Errno.ENOTDIR), file::getMessage);
    KernelException directory =
        assertThrows(
            KernelException.class,
            () -> rootfs.open("/a/file", FileCalls.O_PATH | FileCalls.O_DIRECTORY));
    assertTrue(directory.is(Errno.ENOTDIR), directory::getMessage);
    KernelException missing =
        assertThrows(KernelException.class, () -> rootfs.open("/gone", FileCalls.O_PATH));
    assertTrue(
        missing
            .getMessage()
            .matches(
                "openat2\\(\\d+<.*/rootfs>, \"gone\", \\{flags=O_CLOEXEC\\|O_PATH,"
                    + " resolve=RESOLVE_IN_ROOT\\}, 24\\): no such file or directory"),
        missing::getMessage);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void contentIsReadWhereTheLinkLeadsInside(boolean openat2) {
    Rootfs rootfs = rootfs(openat2);
    try (Fd fd = rootfs.open("/a/sideways", FileCalls.O_RDONLY)) {
      assertEquals("in root", new String(new FileCalls(linux).readAll(fd), UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void directoriesAreMadeInTheRootOnly(boolean openat2) throws Exception {
    Rootfs rootfs = rootfs(openat2);
    assertEquals(root.resolve("a/b"), where(rootfs.mkdirs("/a/b", 0755)));
    assertEquals(root.resolve("x/y/z"), where(rootfs.mkdirs("/x/y/z", 0755)));
    assertEquals(root.resolve("a/new/er"), where(rootfs.mkdirs("/absolute/new/er", 0755)));
    assertEquals(root.resolve("q"), where(rootfs.mkdirs("/up/q", 0755)));
    // The target of a dangling link is made in the root, as runc makes it.
    assertEquals(root.resolve("not/there/sub"), where(rootfs.mkdirs("/dangling/sub", 0755)));
    assertTrue(Files.isDirectory(root.resolve("not/there"), LinkOption.NOFOLLOW_LINKS));
    assertFalse(Files.exists(host.resolve("q")));
    KernelException e = assertThrows(KernelException.class, () -> rootfs.mkdirs("/a/file/x", 0755));
    assertTrue(e.is(Errno.ENOTDIR), e::getMessage);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void filesAreMadeInTheRootOnly(boolean openat2) throws Exception {
    Rootfs rootfs = rootfs(openat2);
    assertEquals(root.resolve("a/file"), where(rootfs.createFile("/a/file", 0644)));
    assertEquals(root.resolve("n/e/w"), where(rootfs.createFile("/n/e/w", 0644)));
    assertEquals(root.resolve("not/there"), where(rootfs.createFile("/dangling", 0644)));
    String inRoot = host.resolve("secret").toString().substring(1);
    assertEquals(root.resolve(inRoot), where(rootfs.createFile("/outside", 0644)));
    assertEquals("of the host", Files.readString(host.resolve("secret")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void linksAreMadeAndRemovedThemselves(boolean openat2) throws Exception {
    Rootfs rootfs = rootfs(openat2);
    rootfs.symlink("/proc/self/fd", "/dev/fd");
    rootfs.symlinkOrSame("/proc/self/fd", "/dev/fd");
    assertEquals(Path.of("/proc/self/fd"), Files.readSymbolicLink(root.resolve("dev/fd")));
    assertThrows(KernelException.class, () -> rootfs.symlinkOrSame("other", "/dev/fd"));
    rootfs.unlink("/outside");
    assertFalse(Files.exists(root.resolve("outside"), LinkOption.NOFOLLOW_LINKS));
    assertTrue(Files.exists(host.resolve("secret")));
  }

  @Test
  void pathsAreCleanedByTheirText() {
    assertEquals("a/b", Rootfs.clean("//a/./x/../b/"));
    assertEquals("", Rootfs.clean("/../.."));
    assertEquals("proc", Rootfs.clean("proc"));
    assertEquals(List.of("..", "a", "..."), Rootfs.components("/../a//./..."));
  }

  @Test
  void aLookupThatRacesWithARenameIsTriedAgain() {
    int[] calls = {0};
    RecordingKernel kernel = new RecordingKernel();
    kernel.on(Sysno.OPENAT2, call -> calls[0]++ < 3 ? -Errno.EAGAIN.value() : 42);
    Rootfs rootfs = new Rootfs(kernel, new Fd(kernel, 3, "rootfs"));
    assertEquals(42, rootfs.open("/x", FileCalls.O_PATH).number());
    assertEquals(4, calls[0]);
    kernel.fail(Sysno.OPENAT2, Errno.EAGAIN);
    KernelException e =
        assertThrows(KernelException.class, () -> rootfs.open("/x", FileCalls.O_PATH));
    assertTrue(e.is(Errno.EAGAIN));
  }

  @Test
  void oneCallOpensWhatIsThere() {
    RecordingKernel kernel = new RecordingKernel();
    Rootfs rootfs = new Rootfs(kernel, new Fd(kernel, 3, "rootfs"));
    rootfs.mkdirs("/proc", 0755).close();
    assertEquals(
        List.of(
            "openat2(3<rootfs>, \"proc\", {flags=O_DIRECTORY|O_CLOEXEC|O_PATH,"
                + " resolve=RESOLVE_IN_ROOT}, 24)"),
        kernel.lines());
  }
}
