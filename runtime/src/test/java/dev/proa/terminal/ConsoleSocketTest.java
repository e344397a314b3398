package dev.proa.terminal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.SocketCalls;
import dev.proa.kernel.Sysno;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleSocketTest {
  private final LinuxKernel linux = new LinuxKernel();

  @Test
  void oneMessageWithTheNameAndTheDescriptor() {
    RecordingKernel kernel = new RecordingKernel();
    try (Fd socket = ConsoleSocket.connect(kernel, "/tmp/console.sock")) {
      ConsoleSocket.send(kernel, socket, new Fd(kernel, 7, "master"), ConsoleSocket.PTMX);
    }
    assertEquals(
        List.of(
            "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0)",
            "connect(10<socket>, {AF_UNIX, \"/tmp/console.sock\"}, 110)",
            "sendmsg(10<socket>, {\"/dev/ptmx\", SCM_RIGHTS [7]}, MSG_NOSIGNAL)"),
        kernel.lines());
    assertEquals(Sysno.CLOSE, kernel.calls().getLast().number());
  }

  @Test
  void theReceiverGetsTheSameFile() {
    FileCalls files = new FileCalls(linux);
    Fd[] pipe = new DescriptorCalls(linux).pipe();
    try (SocketCalls.Pair pair = new SocketCalls(linux).socketpair(SocketCalls.SOCK_STREAM);
        Fd read = pipe[0];
        Fd write = pipe[1]) {
      ConsoleSocket.send(linux, pair.first(), write, ConsoleSocket.PTMX);
      try (Fd received = ConsoleSocket.receive(linux, pair.second())) {
        files.writeAll(received, new byte[] {42});
      }
      byte[] got = new byte[1];
      files.read(read, got);
      assertArrayEquals(new byte[] {42}, got);
    }
  }

  @Test
  void aSenderThatGoesAwayIsAnError() {
    try (SocketCalls.Pair pair = new SocketCalls(linux).socketpair(SocketCalls.SOCK_STREAM)) {
      pair.first().close();
      TerminalException e =
          assertThrows(TerminalException.class, () -> ConsoleSocket.receive(linux, pair.second()));
      assertEquals("expected one descriptor and got 0", e.getMessage());
    }
  }

  @Test
  void aSocketThatIsNotThere() {
    KernelException e =
        assertThrows(
            KernelException.class, () -> ConsoleSocket.connect(linux, "/no-such/console.sock"));
    assertEquals("no such file or directory", e.errno().toString());
  }
}
