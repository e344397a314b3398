package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.NotifyListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** NOTIFY_SOCKET: a container that is a service of type notify. */
class NotifyIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private Path inside(String id) {
    return box.root().resolve(id + "/notify/notify.sock");
  }

  private void awaitSocket(String id) {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun keeps its socket elsewhere");
    Poll.until("the container's notify socket", () -> Files.exists(inside(id)));
  }

  /** systemd closes the barrier's descriptor once it has handled the rest. */
  private void assertBarrier(NotifyListener systemd) {
    if (box.kind() == RuntimeKind.PROA) { // newer than runc 1.1.5
      assertEquals("BARRIER=1", systemd.receive());
    }
  }

  @Test
  void startWaitsUntilTheContainerIsReady() {
    try (NotifyListener systemd = NotifyListener.listen(box.folder().resolve("systemd"))) {
      OciRuntime runtime =
          box.runtime().withEnvironment("NOTIFY_SOCKET", systemd.path().toString());
      Bundle bundle =
          box.bundle().shell("echo $NOTIFY_SOCKET; test -S $NOTIFY_SOCKET && echo there; sleep 99");
      Container container = box.create(bundle, CreateOptions.bundle(bundle.write()), runtime);
      Execution start = runtime.begin(List.of("start", container.id()), Launcher.Stdin.NULL);
      awaitSocket(container.id());
      Poll.until("running", () -> container.status().equals("running"));
      assertTrue(start.isAlive());

      NotifyListener.send(inside(container.id()), "STATUS=starting\n");
      NotifyListener.send(inside(container.id()), "READY=1\nSTATUS=up\n");

      assertEquals("READY=1\n", systemd.receive());
      assertEquals("MAINPID=" + container.pid() + "\n", systemd.receive());
      assertBarrier(systemd);
      start.await().succeeds();
      assertEquals("/run/notify/notify.sock\nthere\n", container.stdout());
      container.kill("KILL").await("stopped").delete();
      box.assertNothingLeft();
    }
  }

  @Test
  void startEndsWithTheContainer() {
    try (NotifyListener systemd = NotifyListener.listen(box.folder().resolve("systemd"))) {
      OciRuntime runtime =
          box.runtime().withEnvironment("NOTIFY_SOCKET", systemd.path().toString());
      Bundle bundle = box.bundle().args("true");
      Container container = box.create(bundle, CreateOptions.bundle(bundle.write()), runtime);

      runtime.start(container.id()).exits(0);
    }
  }

  @Test
  void runInTheForegroundIsWatchedItself() {
    try (NotifyListener systemd = NotifyListener.listen(box.folder().resolve("systemd"))) {
      OciRuntime runtime =
          box.runtime().withEnvironment("NOTIFY_SOCKET", systemd.path().toString());
      Bundle bundle = box.bundle().shell("until test -e /dev/shm/end; do usleep 20000; done");
      Execution run =
          runtime.beginRun(
              box.owns(bundle.name(), runtime),
              RunOptions.bundle(bundle.write()),
              Launcher.Stdin.NULL);
      awaitSocket(bundle.name());

      NotifyListener.send(inside(bundle.name()), "READY=1");

      assertEquals("READY=1\n", systemd.receive());
      assertEquals("MAINPID=" + run.pid() + "\n", systemd.receive());
      assertBarrier(systemd);
      runtime.raw("exec", bundle.name(), "touch", "/dev/shm/end").succeeds();
      run.await().succeeds();
      box.assertNothingLeft();
    }
  }
}
