package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sandbox itself: it must see what is left, and end what a killed run has left. */
class SandboxIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void aContainerThatIsLeftIsSeen() {
    Container container = box.started(box.bundle().sleeping());

    AssertionError left = assertThrows(AssertionError.class, box::assertNothingLeft);

    String text = left.getMessage();
    assertTrue(text.contains("process " + container.pid() + ": sleep 1000"), text);
    assertTrue(text.contains("cgroup /sys/fs/cgroup/"), text);
    assertTrue(text.contains("state " + box.root().resolve(container.id())), text);
  }

  @Test
  void aMountThatIsLeftIsSeen() {
    Path point = HostFiles.folder(box.folder().resolve("point"));
    box.mount(point, "-t", "tmpfs", "tmpfs");

    AssertionError left = assertThrows(AssertionError.class, box::assertNothingLeft);

    assertTrue(left.getMessage().contains("mount " + point), left::getMessage);
  }

  @Test
  void anAbortedRunIsRemoved() throws IOException {
    // A run of a pid that has ended (its start time differs), with a process, a mount, a cgroup.
    String name = "proa-it-1.2";
    Path test = HostFiles.folder(Path.of("/tmp", name, "t1"));
    Path point = HostFiles.folder(test.resolve("point"));
    box.host("mount", "-t", "tmpfs", "tmpfs", point.toString());
    Path cgroup = HostFiles.folder(Path.of("/sys/fs/cgroup/pids", name + "-t1", "b1"));
    Process process =
        new ProcessBuilder("env", TestRun.VARIABLE + "=" + name + "-t1", "sleep", "1000").start();
    dev.proa.conformance.client.Poll.until(
        "the process",
        () ->
            HostFiles.readOrEmpty(Path.of("/proc/" + process.pid() + "/cmdline"))
                .startsWith("sleep"));

    TestRun.removeAborted();

    assertFalse(process.isAlive());
    assertFalse(Files.exists(test.getParent()));
    assertFalse(Files.exists(cgroup.getParent()));
    assertFalse(MountPoint.of("self").stream().anyMatch(m -> m.point().equals(point.toString())));
    // This run is not touched.
    assertTrue(Files.exists(box.folder()));
  }

  @Test
  void configEdits() {
    Bundle bundle = box.bundle();
    bundle.with("/linux/a/b", Map.of("c", 1)).with("/linux/list/-", "x").with("/linux/list/-", "y");
    bundle.with("/linux/list/0", "z").without("/linux/list/1");

    assertEquals(1, bundle.config().at("/linux/a/b/c").asInt());
    assertEquals("[\"z\"]", bundle.config().at("/linux/list").toString());
  }
}
