package dev.proa.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.SocketCalls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class NotifySocketTest {
  @TempDir Path dir;

  private final LinuxKernel kernel = new LinuxKernel();
  private final SocketCalls sockets = new SocketCalls(kernel);

  private void send(String path, String text) {
    try (Fd client = sockets.socket(SocketCalls.SOCK_DGRAM)) {
      sockets.connect(client, path);
      sockets.send(client, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What systemd gets, and closes. */
  private static CompletableFuture<String> systemd(Fd socket) {
    return CompletableFuture.supplyAsync(
        () -> {
          SocketCalls own = new SocketCalls(new LinuxKernel());
          StringBuilder all = new StringBuilder();
          for (int i = 0; i < 3; i++) {
            SocketCalls.Message message = own.recvmsg(socket, 100, 1);
            all.append(new String(message.data(), StandardCharsets.UTF_8));
            message.fds().forEach(Fd::close);
          }
          return all.toString();
        },
        Thread.ofPlatform()::start);
  }

  private void readinessReaches(String host) throws Exception {
    FileCalls files = new FileCalls(kernel);
    try (Fd state = files.open(dir.toString(), FileCalls.O_PATH | FileCalls.O_DIRECTORY);
        Fd service = sockets.socket(SocketCalls.SOCK_DGRAM)) {
      sockets.bind(service, host);
      NotifySocket.makeDirectory(kernel, state);
      try (NotifySocket notify = NotifySocket.listen(kernel, state, host)) {
        String inside = dir.resolve("notify/notify.sock").toString();
        assertEquals(
            "rwxrwxrwx",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(inside))));
        assertFalse(notify.handle(1));
        send(inside, "STATUS=soon\nMAINPID=1");
        assertFalse(notify.handle(1));
        CompletableFuture<String> got = systemd(service);
        send(inside, "STATUS=x\nREADY=1\nMAINPID=1");
        int pid = (int) ProcessHandle.current().pid();
        notify.await(pid);
        assertEquals("READY=1\nMAINPID=" + pid + "\nBARRIER=1", got.get(10, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void onlyReadinessIsPassedOn() throws Exception {
    readinessReaches(dir.resolve("host.sock").toString());
  }

  @Test
  void anAbstractSocketOfTheCaller() throws Exception {
    readinessReaches("@proa-test-" + ProcessHandle.current().pid());
  }

  @Test
  void aContainerThatEndsIsNotWaitedFor() throws Exception {
    FileCalls files = new FileCalls(kernel);
    Process process = new ProcessBuilder("true").start();
    try (Fd state = files.open(dir.toString(), FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      NotifySocket.makeDirectory(kernel, state);
      try (NotifySocket notify = NotifySocket.listen(kernel, state, "/no-such")) {
        Process sleep = new ProcessBuilder("sleep", "0.1").start();
        notify.await((int) sleep.pid());
        assertTrue(sleep.waitFor(5, TimeUnit.SECONDS));
      }
    }
    assertEquals(0, process.waitFor());
  }

  @Test
  void whatTheContainerGets() {
    assertEquals("NOTIFY_SOCKET=/run/notify/notify.sock", NotifySocket.env());
    assertEquals("/run/proa/c1/notify", NotifySocket.mount("/run/proa/c1").source());
    assertEquals(
        List.of("bind", "nosuid", "noexec", "nodev", "ro"), NotifySocket.mount("/x").options());
  }
}
