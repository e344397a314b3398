package dev.proa.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.Stat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A real devpts of its own, in a mount namespace of its own. */
class PtyRootTest {
  @Test
  void theTerminalIsBoundOntoTheConsole() throws Exception {
    LinuxKernel kernel = new LinuxKernel();
    assumeTrue(CredentialCalls.geteuid(kernel) == 0, "needs root");
    CompletableFuture<Long> device = new CompletableFuture<>();
    // A mount namespace is a thread's, and this thread takes it with it when it ends.
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                device.complete(consoleDevice());
              } catch (RuntimeException e) {
                device.completeExceptionally(e);
              }
            });
    long console = device.get(20, TimeUnit.SECONDS);
    assertEquals(136, Stat.major(console));
    assertTrue(Stat.minor(console) >= 0);
  }

  private static long consoleDevice() {
    LinuxKernel kernel = new LinuxKernel();
    MountCalls mounts = new MountCalls(kernel);
    FileCalls files = new FileCalls(kernel);
    new NamespaceCalls(kernel).unshare(NamespaceCalls.CLONE_NEWNS);
    mounts.mount(null, "/", null, MountCalls.MS_REC | MountCalls.MS_PRIVATE, null);
    mounts.mount("tmpfs", "/dev", "tmpfs", 0, "mode=0755");
    files.mkdir(Fd.CWD, "/dev/pts", 0755);
    mounts.mount("devpts", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=0620");
    try (Pty pty = Pty.open(kernel)) {
      pty.setSize(10, 20);
      pty.bindToConsole();
      try (Fd console = files.open("/dev/console", FileCalls.O_RDWR | FileCalls.O_NOCTTY)) {
        files.writeAll(console, new byte[] {'x'});
        byte[] buffer = new byte[4];
        assertEquals(1, files.read(pty.master(), buffer));
        return files.stat(console).rdev();
      }
    }
  }
}
