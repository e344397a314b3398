package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswdTest {
  @TempDir Path dir;

  private final LinuxKernel kernel = new LinuxKernel();

  @BeforeEach
  void etc() throws Exception {
    Files.createDirectory(dir.resolve("etc"));
  }

  private String home(long uid) {
    try (Fd root =
        new FileCalls(kernel).open(dir.toString(), FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      return Passwd.home(new Inside(kernel, new Rootfs(kernel, root), null), uid);
    }
  }

  private String home(String content, long uid) throws Exception {
    Files.writeString(dir.resolve("etc/passwd"), content);
    return home(uid);
  }

  @Test
  void theFirstEntryOfTheUser() throws Exception {
    String content =
        "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1000:,,:/srv/web:/bin/sh\nx::1000:0::/other:";
    assertEquals("/root", home(content, 0));
    assertEquals("/srv/web", home(content, 1000));
    assertEquals("/", home(content, 1001));
    assertEquals("/last", home("nobody:x:4294967294:1::/last:", 4294967294L));
  }

  @Test
  void linesThatAreNoEntriesArePassedOver() throws Exception {
    String content =
        "\n#\n:::::\n0:0:0\nroot:x:0x0:0::/bad:\nroot:x::0::/bad:\nroot:x:-0:0::/bad:\n"
            + "a".repeat(20_000)
            + ":x:0:0::/long:/bin/sh\nroot:x:18446744073709551616:0::/overflow:\n"
            + "root:x:0:0::/good:/bin/sh";
    assertEquals("/good", home(content, 0));
    assertEquals("/", home("root:x:0:0::", 0));
    assertEquals("/", home("root:x:0:0:::/bin/sh", 0));
    assertNull(Passwd.find("r:x:0:0::/a\0b:".getBytes(StandardCharsets.UTF_8), 0));
  }

  @Test
  void anEndlessFileIsReadToALimit() throws Exception {
    String line = "u:x:7:7::/u:\n";
    String filler = line.repeat(Passwd.LIMIT / line.length() + 1);
    assertEquals("/", home(filler + "root:x:0:0::/root:\n", 0));
  }

  @Test
  void whatIsNoFileIsNotRead() throws Exception {
    assertEquals("/", home(0));
    Files.createDirectory(dir.resolve("etc/passwd"));
    assertEquals("/", home(0));
    Files.delete(dir.resolve("etc/passwd"));
    // A FIFO without a writer would hold a plain open(2) for ever.
    new ProcessBuilder("mkfifo", dir.resolve("etc/passwd").toString()).start().waitFor();
    assertEquals("/", home(0));
    Files.delete(dir.resolve("etc/passwd"));
    Files.createSymbolicLink(dir.resolve("etc/passwd"), Path.of("passwd"));
    assertEquals("/", home(0));
  }

  @Test
  void aLinkStaysInTheRoot() throws Exception {
    Files.writeString(dir.resolve("users"), "root:x:0:0::/inside:\n");
    Files.createSymbolicLink(dir.resolve("etc/passwd"), Path.of("/users"));
    assertEquals("/inside", home(0));
    Files.delete(dir.resolve("etc/passwd"));
    Files.createSymbolicLink(dir.resolve("etc/passwd"), Path.of("../../../../etc/passwd"));
    assertEquals("/", home(0));
  }
}
