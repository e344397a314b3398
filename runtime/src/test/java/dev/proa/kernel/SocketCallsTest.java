package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketCallsTest {
  @TempDir Path dir;

  private final Kernel kernel = new LinuxKernel();
  private final SocketCalls sockets = new SocketCalls(kernel);
  private final FileCalls files = new FileCalls(kernel);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void packetsKeepTheirBounds() {
    try (SocketCalls.Pair pair = sockets.socketpair(SocketCalls.SOCK_SEQPACKET)) {
      assertEquals(3, sockets.send(pair.first(), bytes("one")));
      assertEquals(5, sockets.send(pair.first(), bytes("three")));
      byte[] buffer = new byte[16];
      assertEquals(3, sockets.recv(pair.second(), buffer));
      assertEquals("one", new String(buffer, 0, 3, StandardCharsets.UTF_8));
      assertEquals(5, sockets.recv(pair.second(), buffer));
      sockets.shutdown(pair.first(), SocketCalls.SHUT_WR);
      assertEquals(0, sockets.recv(pair.second(), buffer));
    }
  }

  @Test
  void descriptorsTravelCloseOnExec() throws Exception {
    Files.writeString(dir.resolve("a"), "content of a");
    Files.writeString(dir.resolve("b"), "content of b");
    try (SocketCalls.Pair pair = sockets.socketpair(SocketCalls.SOCK_STREAM)) {
      try (Fd a = files.open(dir.resolve("a").toString(), FileCalls.O_RDONLY);
          Fd b = files.open(dir.resolve("b").toString(), FileCalls.O_RDONLY)) {
        assertEquals(5, sockets.sendmsg(pair.first(), bytes("hello"), a, b));
      }
      SocketCalls.Message message = sockets.recvmsg(pair.second(), 100, 4);
      assertArrayEquals(bytes("hello"), message.data());
      assertEquals(2, message.fds().size());
      assertEquals(
          "content of a", new String(files.readAll(message.fds().get(0)), StandardCharsets.UTF_8));
      assertEquals(
          "content of b", new String(files.readAll(message.fds().get(1)), StandardCharsets.UTF_8));
      for (Fd fd : message.fds()) {
        assertTrue(
            Files.readString(Path.of("/proc/self/fdinfo/" + fd.number())).contains("flags:\t02"),
            "close-on-exec");
        fd.close();
      }
    }
  }

  @Test
  void whatDoesNotFitIsTruncatedAndSaidSo() {
    try (SocketCalls.Pair pair = sockets.socketpair(SocketCalls.SOCK_DGRAM)) {
      sockets.sendmsg(pair.first(), bytes("hello"), pair.first(), pair.first(), pair.first());
      SocketCalls.Message message = sockets.recvmsg(pair.second(), 2, 1);
      assertArrayEquals(bytes("he"), message.data());
      assertEquals(
          SocketCalls.MSG_TRUNC | SocketCalls.MSG_CTRUNC,
          message.flags() & (SocketCalls.MSG_TRUNC | SocketCalls.MSG_CTRUNC));
      message.fds().forEach(Fd::close);
    }
  }

  @Test
  void connectsToShortAndLongPaths() throws Exception {
    for (String name : List.of("s", "x".repeat(90) + "/s")) {
      Path path = dir.resolve(name);
      Files.createDirectories(path.getParent());
      // The listener's own address has the same limit: bind it through a short link.
      Path link = Files.createSymbolicLink(dir.resolve("l" + name.length()), path.getParent());
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(link.resolve("s")));
        try (Fd socket = sockets.socket(SocketCalls.SOCK_STREAM)) {
          sockets.connect(socket, path.toString());
          sockets.send(socket, bytes("ping"));
          try (SocketChannel peer = server.accept()) {
            ByteBuffer buffer = ByteBuffer.allocate(4);
            peer.read(buffer);
            assertArrayEquals(bytes("ping"), buffer.array());
          }
        }
      }
    }
  }

  @Test
  void aClosedPeerIsAnErrorAndNoSignal() {
    try (SocketCalls.Pair pair = sockets.socketpair(SocketCalls.SOCK_SEQPACKET)) {
      pair.second().close();
      KernelException e =
          assertThrows(KernelException.class, () -> sockets.send(pair.first(), bytes("x")));
      assertTrue(e.is(Errno.EPIPE));
    }
  }

  @Test
  void readsAsStraceWritesIt() {
    RecordingKernel recording = new RecordingKernel();
    SocketCalls calls = new SocketCalls(recording);
    Fd socket = calls.socket(SocketCalls.SOCK_STREAM);
    calls.connect(socket, "/run/agent.sock");
    calls.sendmsg(socket, bytes("/dev/ptmx"), new Fd(null, 7, "7</dev/ptmx>"));
    assertEquals(
        List.of(
            "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0)",
            "connect(10<socket>, {AF_UNIX, \"/run/agent.sock\"}, 110)",
            "sendmsg(10<socket>, {\"/dev/ptmx\", SCM_RIGHTS [7]}, MSG_NOSIGNAL)"),
        recording.lines());
  }
}
