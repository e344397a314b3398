package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.CgroupFiles;
import dev.proa.conformance.host.HostFiles;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a pod asks of a container beyond its command: security context, resources, volumes, devices.
 */
final class CriConfigIT {
  @RegisterExtension static final Caller CALLER = new Caller("cri", "containerd", "ctr");

  private static final long MEMORY = 64L << 20;

  private static CriNode node;

  @BeforeAll
  static void start() {
    node = CriNode.start(CALLER);
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static ContainerSpec sleeping(String name) {
    return new ContainerSpec(name, "sleep", "600");
  }

  private static ContainerSpec script(String script) {
    return new ContainerSpec("script", "sh", "-c", script);
  }

  private static Message call(String method, Message request) {
    return node.cri().call(method, request);
  }

  @Test
  @DisplayName("command, variables, working folder, volumes")
  void config() {
    Path volume = HostFiles.folder(CALLER.folder().resolve("volume"));
    HostFiles.write(volume.resolve("file"), "text\n");
    ContainerSpec spec =
        script(
                "echo $A $PWD; cat /mnt/ro/file; touch /mnt/ro/x 2> /dev/null || echo ro; touch /mnt/rw/new")
            .env("A", "b")
            .workingDir("/tmp/new")
            .mount(volume.toString(), "/mnt/ro", true)
            .mount(volume.toString(), "/mnt/rw", false);
    try (Pod pod = node.run()) {
      assertEquals("b /tmp/new\ntext\nro", pod.output(spec));
    }
    assertEquals("", HostFiles.read(volume.resolve("new")));
  }

  @Test
  @DisplayName("security context: user, groups, capabilities, read-only root, no new privileges")
  void security() {
    ContainerSpec spec =
        script(
                "id -u; id -g; id -G; grep CapBnd /proc/self/status; touch /x 2> /dev/null || echo ro;"
                    + " grep NoNewPrivs /proc/self/status")
            .security(5, new Message().with(1, 1000))
            .security(12, new Message().with(1, 1000))
            .security(8, 2000)
            .security(7, 1)
            .security(11, 1)
            .security(1, new Message().with(2, "ALL").with(1, "NET_BIND_SERVICE"));
    try (Pod pod = node.run()) {
      assertEquals(
          List.of("1000", "1000", "1000 2000", "CapBnd:\t0000000000000400", "ro", "NoNewPrivs:\t1"),
          pod.output(spec).lines().toList());
    }
  }

  @Test
  @DisplayName("security context: seccomp RuntimeDefault, masked and read-only paths")
  void confined() {
    ContainerSpec spec =
        script(
                "grep Seccomp: /proc/self/status | cut -f 2; cat /proc/timer_list | wc -c;"
                    + " touch /proc/sys/kernel/msgmax 2> /dev/null || echo ro")
            .security(15, new Message())
            .security(13, "/proc/timer_list")
            .security(14, "/proc/sys");
    ContainerSpec open =
        new ContainerSpec(
                "open",
                "sh",
                "-c",
                "grep Seccomp: /proc/self/status | cut -f 2; cat /proc/timer_list | wc -c")
            .security(15, new Message().with(1, 1));
    try (Pod pod = node.run()) {
      assertEquals("2\n0\nro", pod.output(spec));
      List<String> lines = pod.output(open).lines().toList();
      assertEquals("0", lines.getFirst());
      assertNotEquals("0", lines.getLast());
    }
  }

  @Test
  @DisplayName("a privileged container: all capabilities, sysfs writable, the node's devices")
  void privileged() {
    ContainerSpec spec =
        script(
                "grep ' /sys ' /proc/mounts | cut -d ' ' -f 4 | cut -c 1-2; test -c /dev/kmsg && echo kmsg")
            .security(2, 1);
    try (Pod pod = node.run(node.spec().withPrivileges())) {
      assertEquals("rw\nkmsg", pod.output(spec));
    }
  }

  @Test
  @DisplayName("a device")
  void device() {
    try (Pod pod = node.run()) {
      assertEquals("1 b", pod.output(script("stat -c '%t %T' /dev/kmsg").device("/dev/kmsg")));
    }
  }

  @Test
  @DisplayName("a terminal")
  void tty() {
    try (Pod pod = node.run()) {
      assertEquals("/dev/pts/0", pod.output(script("tty").tty()));
    }
  }

  @Test
  @DisplayName("StartContainer: a volume whose folder is a file's place: the reason names both")
  void mountError() {
    Path file = HostFiles.write(CALLER.folder().resolve("file"), "text");
    try (Pod pod = node.run()) {
      String id = pod.create(sleeping("main").mount(file.toString(), "/tmp", false));
      String error =
          assertThrows(
                  StatusRuntimeException.class,
                  () -> call("StartContainer", new Message().with(1, id)))
              .getMessage()
              .toLowerCase(Locale.ROOT);
      assertTrue(error.contains("not a directory"), error);
    }
  }

  @Test
  @DisplayName("resources: memory, CPU quota and shares, cpuset; UpdateContainerResources")
  void resources() {
    Message limits =
        new Message().with(1, 100_000).with(2, 50_000).with(3, 512).with(4, MEMORY).with(6, "0");
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main").resources(limits));
      CgroupFiles files = CgroupFiles.of(pod.pid(id));
      assertEquals(
          Long.toString(MEMORY), files.read("memory", "memory.limit_in_bytes", "memory.max"));
      assertEquals("0", files.read("cpuset", "cpuset.cpus", "cpuset.cpus"));
      assertQuota(files, 50_000);
      Message more = new Message().with(1, 100_000).with(2, 70_000).with(4, 2 * MEMORY);
      call("UpdateContainerResources", new Message().with(1, id).with(2, more));
      assertEquals(
          Long.toString(2 * MEMORY), files.read("memory", "memory.limit_in_bytes", "memory.max"));
      assertQuota(files, 70_000);
      // What the update does not name stays.
      assertEquals("0", files.read("cpuset", "cpuset.cpus", "cpuset.cpus"));
    }
  }

  private static void assertQuota(CgroupFiles files, int quota) {
    if (files.has("cpu", "cpu.cfs_quota_us", "")) {
      assertEquals(Integer.toString(quota), files.read("cpu", "cpu.cfs_quota_us", ""));
      assertEquals("512", files.read("cpu", "cpu.shares", ""));
    } else {
      assertEquals(quota + " 100000", files.read("cpu", "", "cpu.max"));
    }
  }

  @Test
  @DisplayName("a container that needs more memory than it may: OOMKilled")
  void outOfMemory() {
    ContainerSpec spec =
        script("sleep 0.5; x=x; while true; do x=$x$x; done")
            .resources(new Message().with(4, 16L << 20));
    try (Pod pod = node.run()) {
      String id = pod.start(spec);
      assertEquals(137, pod.awaitExit(id));
      Poll.until(
          "reason", Duration.ofSeconds(10), () -> pod.status(id).text(10), "OOMKilled"::equals);
    }
  }

  @Test
  @DisplayName("ContainerStats, ListContainerStats")
  void stats() {
    try (Pod pod = node.run()) {
      String id = pod.start(script("while true; do true; done"));
      Poll.until(
          "CPU time in the statistics",
          () ->
              call("ContainerStats", new Message().with(1, id))
                      .message(1)
                      .message(2)
                      .message(2)
                      .number(1)
                  > 0);
      Message stats = call("ListContainerStats", new Message()).messages(1).getFirst();
      assertEquals(id, stats.message(1).text(1));
      assertTrue(stats.message(3).message(2).number(1) > 0, "working set");
    }
  }

  @Test
  @DisplayName("volumes at places that the image does not have, also a file's, in a read-only root")
  void places() {
    Path volume = HostFiles.folder(CALLER.folder().resolve("places"));
    Path file = HostFiles.write(volume.resolve("file"), "text\n");
    ContainerSpec spec =
        script("cat /new/deep/file /new/one.conf; touch /new/x 2> /dev/null || echo ro")
            .mount(volume.toString(), "/new/deep", true)
            .mount(file.toString(), "/new/one.conf", true)
            .security(7, 1);
    try (Pod pod = node.run()) {
      assertEquals("text\ntext\nro", pod.output(spec));
    }
  }

  @Test
  @DisplayName("mount propagation: HostToContainer and Bidirectional (what CSI drivers need)")
  void propagation() {
    Path volume = HostFiles.folder(CALLER.folder().resolve("shared"));
    String path = volume.toString();
    CALLER.run("mount", "-t", "tmpfs", "proa-it", path).succeeds();
    try (Pod pod = node.run(node.spec().withPrivileges())) {
      CALLER.run("mount", "--make-shared", path).succeeds();
      String slave = pod.start(new ContainerSpec("slave", "sleep", "600").mount(path, "/mnt", 1));
      String shared =
          pod.start(
              new ContainerSpec("shared", "sleep", "600").mount(path, "/mnt", 2).security(2, 1));
      CALLER.run("mkdir", path + "/host", path + "/container").succeeds();
      CALLER.run("mount", "-t", "tmpfs", "proa-it", path + "/host").succeeds();
      CALLER.run("touch", path + "/host/file").succeeds();
      assertEquals("/mnt/host/file\n", pod.exec(slave, "ls", "/mnt/host/file").text(1));
      Message made = pod.exec(shared, "mount", "-t", "tmpfs", "proa-it", "/mnt/container");
      assertEquals(0, made.number(3), made.text(2));
      assertTrue(
          CALLER.mounts().stream().anyMatch(each -> each.point().equals(path + "/container")));
      pod.exec(shared, "umount", "/mnt/container");
      pod.exec(slave, "sh", "-c", "mount -t tmpfs none /mnt/container 2> /dev/null");
      assertTrue(
          CALLER.mounts().stream().noneMatch(each -> each.point().equals(path + "/container")));
    } finally {
      CALLER.run("umount", "-R", path);
    }
  }

  @Test
  @DisplayName("a command line and environment of 100 kB each")
  void large() {
    String large = "x".repeat(100_000);
    ContainerSpec spec =
        new ContainerSpec("large", "sh", "-c", "echo ${#0} ${#LARGE}", large).env("LARGE", large);
    try (Pod pod = node.run()) {
      assertEquals("100000 100000", pod.output(spec));
    }
  }
}
