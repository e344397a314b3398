package dev.proa.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ElfTest {
  @Test
  void aProgramOfThisMachine() throws IOException {
    byte[] file = Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin", "java"));

    Elf elf = Elf.parse(Arrays.copyOf(file, 65536));

    assertTrue(elf.isProgram());
    assertTrue(Elf.runsHere(elf));
    assertEquals(Elf.here(), elf.machine());
    assertTrue(elf.interpreter().startsWith("/lib"), elf.interpreter());
  }

  @Test
  void anotherMachine() throws IOException {
    byte[] file = Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin", "java"));
    file[18] = (byte) 243;

    assertFalse(Elf.runsHere(Elf.parse(file)));
    assertEquals("riscv64", Elf.machineName(Elf.parse(file).machine()));
  }

  @Test
  void whatIsNone() {
    assertNull(Elf.parse(new byte[0]));
    assertNull(Elf.parse("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)));
  }

  /** Images are not to be trusted: no exception, whatever the head says. */
  @Test
  void anyBytesAfterTheMagic() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] head = new byte[52 + random.nextInt(300)];
      random.nextBytes(head);
      System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, head, 0, 4);
      head[4] = (byte) (1 + random.nextInt(2));
      head[5] = (byte) (1 + random.nextInt(2));
      assertTrue(Elf.parse(head) != null);
    }
  }

  @Test
  void aFormatThatTheKernelWasTaught() {
    String java = "enabled\ninterpreter /usr/bin/jexec\nflags: \noffset 0\nmagic 504b0304\n";
    byte[] jar = {0x50, 0x4b, 3, 4, 5};
    assertTrue(Binfmt.matches(java, "/app", jar));
    assertFalse(Binfmt.matches(java.replace("enabled", "disabled"), "/app", jar));
    assertFalse(Binfmt.matches(java, "/app", new byte[] {0x50}));
    assertTrue(Binfmt.matches("enabled\nextension .exe\n", "/app.exe", jar));
  }
}
