package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCallsTest {
  @TempDir Path dir;

  private final FileCalls files = new FileCalls(new LinuxKernel());

  @Test
  void writesAndReadsAFile() throws Exception {
    String path = dir.resolve("f").toString();
    byte[] data = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    try (Fd fd = files.open(Fd.CWD, path, FileCalls.O_WRONLY | FileCalls.O_CREAT, 0644)) {
      files.writeAll(fd, data);
    }
    assertArrayEquals(data, Files.readAllBytes(dir.resolve("f")));
    assertArrayEquals(data, files.readFile(Fd.CWD, path));
    assertEquals(100_000, files.stat(Fd.CWD, path).size());
  }

  @Test
  void doesNotReadAFileWithoutEndToItsEnd() {
    int length = files.readFile(Fd.CWD, "/dev/zero", 100_000).length;

    assertTrue(length > 100_000 && length < 200_000, () -> length + " bytes");
  }

  @Test
  void listsADirectory() throws Exception {
    Files.createFile(dir.resolve("one"));
    Files.createDirectory(dir.resolve("two"));
    List<String> names = files.list(Fd.CWD, dir.toString());
    assertEquals(List.of("one", "two"), names.stream().sorted().toList());
    assertTrue(files.stat(Fd.CWD, dir.resolve("two").toString()).isDirectory());
    assertNull(files.stat(Fd.CWD, dir.resolve("three").toString()));
  }

  @Test
  void theErrorIsTheCallAndTheErrnoInGosLowerCase() {
    KernelException e =
        assertThrows(KernelException.class, () -> files.mkdir(Fd.CWD, "/proc/x/y", 0755));
    assertEquals(
        "mkdirat(AT_FDCWD, \"/proc/x/y\", 0755): no such file or directory", e.getMessage());
  }

  @Test
  void everyDescriptorIsCloseOnExec() {
    RecordingKernel kernel = new RecordingKernel();
    new FileCalls(kernel).open("/x", FileCalls.O_RDONLY).close();
    assertEquals(List.of("openat(AT_FDCWD, \"/x\", O_CLOEXEC, 0)"), kernel.lines());
  }

  @Test
  void readsWhatTheRecordingKernelHolds() {
    RecordingKernel kernel = new RecordingKernel().file("/a", "hello");
    assertEquals("hello", new FileCalls(kernel).readText("/a"));
  }
}
