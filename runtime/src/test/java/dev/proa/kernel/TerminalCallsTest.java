package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TerminalCallsTest {
  private final LinuxKernel kernel = new LinuxKernel();
  private final TerminalCalls terminals = new TerminalCalls(kernel);
  private final FileCalls files = new FileCalls(kernel);

  @Test
  void aPseudoTerminalOfTheRealKernel() {
    try (Fd master = files.open("/dev/ptmx", FileCalls.O_RDWR | FileCalls.O_NOCTTY)) {
      kernel.must(TerminalCalls.unlock(master));
      try (Fd peer = terminals.peer(master, "/dev/pts/" + terminals.number(master))) {
        kernel.must(TerminalCalls.setSize(master, 40, 100));
        assertArrayEquals(new int[] {40, 100}, terminals.size(peer));
        byte[] old = terminals.attributes(peer);
        assertNotNull(old);
        kernel.must(
            TerminalCalls.setAttributes(
                peer, TerminalCalls.withoutNewlineTranslation(TerminalCalls.raw(old))));
        // A raw terminal passes every byte on as it is, without echo or translation.
        byte[] line = {'a', '\n', 3, 4, (byte) 0xff, '\r'};
        files.writeAll(master, line);
        byte[] buffer = new byte[16];
        assertEquals(line.length, files.read(peer, buffer));
        assertArrayEquals(line, Arrays.copyOf(buffer, line.length));
        files.writeAll(peer, line);
        assertEquals(line.length, files.read(master, buffer));
      }
    }
  }

  @Test
  void aFileIsNoTerminal() {
    try (Fd file = files.open("/dev/null", FileCalls.O_RDWR)) {
      assertNull(terminals.attributes(file));
      assertNull(terminals.size(file));
    }
  }
}
