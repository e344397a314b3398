package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyUpTest {
  @TempDir Path dir;

  @Test
  void filesDirectoriesAndLinksWithTheirPermissions() throws Exception {
    Path from = Files.createDirectory(dir.resolve("from"));
    Path to = Files.createDirectory(dir.resolve("to"));
    Files.createDirectories(from.resolve("a/b"));
    Files.write(from.resolve("a/b/big"), new byte[200_000]);
    Files.writeString(from.resolve("script"), "#!/bin/sh");
    Files.setAttribute(from.resolve("script"), "unix:mode", 04750);
    Files.createSymbolicLink(from.resolve("link"), Path.of("/etc/passwd"));
    Files.setPosixFilePermissions(from.resolve("a"), PosixFilePermissions.fromString("rwx------"));
    LinuxKernel kernel = new LinuxKernel();
    FileCalls files = new FileCalls(kernel);
    try (Fd source = files.open(from.toString(), FileCalls.O_PATH);
        Fd target = files.open(to.toString(), FileCalls.O_PATH)) {
      CopyUp.copy(kernel, source, target);
    }
    assertEquals(200_000, Files.size(to.resolve("a/b/big")));
    assertEquals("#!/bin/sh", Files.readString(to.resolve("script")));
    assertEquals(0104750, Files.getAttribute(to.resolve("script"), "unix:mode"));
    assertEquals(040700, Files.getAttribute(to.resolve("a"), "unix:mode"));
    assertEquals(Path.of("/etc/passwd"), Files.readSymbolicLink(to.resolve("link")));
    assertTrue(Files.isSymbolicLink(to.resolve("link")));
    assertTrue(Files.isDirectory(to.resolve("a/b"), LinkOption.NOFOLLOW_LINKS));
  }
}
