package dev.proa.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.SocketCalls;
import dev.proa.spec.State;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerProcessStateTest {
  private static final String JSON =
      "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":4422,\"metadata\":\"MKNOD=/dev/null\","
          + "\"state\":{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"creating\",\"pid\":4422,"
          + "\"bundle\":\"/b\"}}";

  private final Kernel kernel = new LinuxKernel();
  private final SocketCalls sockets = new SocketCalls(kernel);
  private final ContainerProcessState state = state("MKNOD=/dev/null");

  private static ContainerProcessState state(String metadata) {
    return new ContainerProcessState(
        4422, metadata, new State("1.3.0", "c1", State.Status.CREATING, 4422, "/b", Map.of()));
  }

  @Test
  void theMessageHasTheNamesOfTheSpec() {
    assertEquals(JSON, new String(state.toJson(), StandardCharsets.UTF_8));
    assertEquals(
        JSON.replace(",\"metadata\":\"MKNOD=/dev/null\"", ""),
        new String(state(null).toJson(), StandardCharsets.UTF_8));
  }

  @Test
  void theDescriptorTravelsWithIt() {
    try (SocketCalls.Pair pair = sockets.socketpair(SocketCalls.SOCK_STREAM);
        Fd notify = new FileCalls(kernel).open("/proc/version", FileCalls.O_RDONLY)) {
      state.send(sockets, pair.first(), notify);
      SocketCalls.Message message = sockets.recvmsg(pair.second(), 4096, 2);
      assertEquals(JSON, new String(message.data(), StandardCharsets.UTF_8));
      assertEquals(1, message.fds().size());
      try (Fd received = message.fds().getFirst()) {
        assertEquals(
            new FileCalls(kernel).readText("/proc/version"),
            new String(new FileCalls(kernel).readAll(received), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void itGoesToTheListener(@TempDir Path dir) throws Exception {
    Path path = dir.resolve("agent.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Fd notify = new FileCalls(kernel).open("/proc/version", FileCalls.O_RDONLY)) {
      server.bind(UnixDomainSocketAddress.of(path));
      state.send(kernel, path.toString(), notify);
      try (SocketChannel peer = server.accept()) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (buffer.position() < JSON.length()) {
          peer.read(buffer);
        }
        assertEquals(JSON, StandardCharsets.UTF_8.decode(buffer.flip()).toString());
      }
    }
  }

  @Test
  void nobodyListens(@TempDir Path dir) {
    String path = dir.resolve("none").toString();
    KernelException e = assertThrows(KernelException.class, () -> state.send(kernel, path, Fd.CWD));
    assertEquals(Errno.ENOENT, e.errno());
  }
}
