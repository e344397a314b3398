package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.callers.Readme;
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

/** The container runtime interface of containerd's CRI plugin, called as a kubelet calls it. */
final class CriIT {
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
  @DisplayName("Version, Status: the runtime is ready")
  void ready() {
    Message version = call("Version", new Message());
    assertEquals("containerd", version.text(2));
    assertEquals("v1", version.text(4));
    Message condition = call("Status", new Message()).message(1).messages(1).getFirst();
    assertEquals("RuntimeReady", condition.text(1));
    assertEquals(1, condition.number(2));
  }

  @Test
  @DisplayName("RunPodSandbox, PodSandboxStatus, StopPodSandbox, RemovePodSandbox")
  void sandbox() {
    try (Pod pod = node.run()) {
      Message request = new Message().with(1, pod.id());
      Message status = call("PodSandboxStatus", request).message(1);
      assertEquals(0, status.number(3), "SANDBOX_READY");
      assertEquals("kept", status.entry(8, "example.com/note"));
      call("StopPodSandbox", request);
      assertEquals(1, call("PodSandboxStatus", request).message(1).number(3));
      // A kubelet repeats it.
      call("StopPodSandbox", request);
    }
    assertEquals(List.of(), call("ListPodSandbox", new Message()).messages(1));
  }

  @Test
  @DisplayName("RunPodSandbox with README.md's RuntimeClass; an unknown handler is refused")
  void runtimeClass() {
    String yaml = Readme.block("kind: RuntimeClass");
    assertTrue(yaml.contains("\nhandler: " + CriNode.HANDLER + "\n"), yaml);
    try (Pod pod = Pod.run(node.cri(), node.spec(), CriNode.HANDLER)) {
      Message status = call("PodSandboxStatus", new Message().with(1, pod.id())).message(1);
      assertEquals(CriNode.HANDLER, status.text(9));
    }
    PodSpec spec = node.spec();
    String error =
        assertThrows(
                StatusRuntimeException.class, () -> Pod.run(node.cri(), spec, "no-such-handler"))
            .getMessage();
    assertTrue(error.contains("no-such-handler"), error);
  }

  @Test
  @DisplayName("CreateContainer, StartContainer, ContainerStatus: created, running, exited")
  void lifecycle() {
    try (Pod pod = node.run()) {
      String id = pod.create(new ContainerSpec("main", "sh", "-c", "sleep 1; exit 3"));
      assertEquals(0, pod.status(id).number(3), "CONTAINER_CREATED");
      call("StartContainer", new Message().with(1, id));
      assertEquals(Pod.RUNNING, pod.status(id).number(3));
      assertEquals(3, pod.awaitExit(id));
      Message status = pod.status(id);
      assertEquals("Error", status.text(10));
      assertTrue(status.number(6) > status.number(5), "finished after it started");
      pod.remove(id);
      assertThrows(StatusRuntimeException.class, () -> pod.status(id));
    }
  }

  @Test
  @DisplayName("ListPodSandbox, ListContainers with filters")
  void lists() {
    try (Pod one = node.run();
        Pod two = node.run()) {
      String first = one.start(sleeping("first"));
      String second = two.start(sleeping("second"));
      assertEquals(2, call("ListPodSandbox", new Message()).messages(1).size());
      Message ofOne = new Message().with(1, new Message().with(3, one.id()));
      assertEquals(
          List.of(first),
          call("ListContainers", ofOne).messages(1).stream().map(each -> each.text(1)).toList());
      Message running = new Message().with(1, new Message().with(2, new Message().with(1, 1)));
      assertEquals(2, call("ListContainers", running).messages(1).size());
      two.stop(second, 0);
      assertEquals(1, call("ListContainers", running).messages(1).size());
    }
  }

  @Test
  @DisplayName("the log has stdout and stderr, line by line")
  void logs() {
    try (Pod pod = node.run()) {
      String id = pod.start(script("echo one; echo two >&2; echo three; printf end"));
      pod.awaitExit(id);
      assertEquals("one\nthree\nend", pod.stdout(id));
      List<String> log = pod.log(id);
      assertEquals(4, log.size());
      assertTrue(log.stream().anyMatch(line -> line.endsWith(" stderr F two")), log::toString);
      assertTrue(log.stream().anyMatch(line -> line.endsWith(" stdout P end")), log::toString);
    }
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
  @DisplayName("the pod's sysctls")
  void sysctls() {
    try (Pod pod = node.run()) {
      assertEquals("9000", pod.output(script("cat /proc/sys/kernel/msgmax")));
    }
  }

  @Test
  @DisplayName("two containers of a pod share network, IPC and UTS namespaces, not pid and mount")
  void sharing() {
    try (Pod pod = node.run()) {
      int one = pod.pid(pod.start(sleeping("one")));
      int two = pod.pid(pod.start(sleeping("two")));
      for (String shared : List.of("net", "ipc", "uts")) {
        assertEquals(namespace(one, shared), namespace(two, shared), shared);
      }
      for (String own : List.of("pid", "mnt")) {
        assertNotEquals(namespace(one, own), namespace(two, own), own);
      }
      assertEquals(HostFiles.target("/proc/self/ns/net"), namespace(one, "net"));
      assertNotEquals(HostFiles.target("/proc/self/ns/ipc"), namespace(one, "ipc"));
    }
  }

  private static String namespace(int pid, String kind) {
    return HostFiles.target("/proc/" + pid + "/ns/" + kind);
  }

  @Test
  @DisplayName("a pod with one pid namespace: pause is process 1, killing one spares the other")
  void sharedPids() {
    try (Pod pod = node.run(node.spec().with(PodSpec.Mode.POD))) {
      String one = pod.start(sleeping("one"));
      String two = pod.start(sleeping("two"));
      Message ps = pod.exec(two, "ps", "-o", "pid,args");
      assertEquals(2, ps.text(1).lines().filter(line -> line.contains("sleep 600")).count());
      assertTrue(ps.text(1).contains("1 sleep 2147483647"), ps::toString);
      pod.stop(one, 0);
      assertEquals(Pod.EXITED, pod.status(one).number(3));
      assertEquals(Pod.RUNNING, pod.status(two).number(3));
      assertEquals("in", pod.exec(two, "echo", "in").text(1).strip());
    }
  }

  @Test
  @DisplayName("a container in the pid namespace of another (kubectl debug --target)")
  void target() {
    try (Pod pod = node.run()) {
      String app = pod.start(sleeping("app"));
      String debugger = pod.start(new ContainerSpec("debug", "sleep", "700").target(app));
      assertEquals(namespace(pod.pid(app), "pid"), namespace(pod.pid(debugger), "pid"));
      assertTrue(pod.exec(debugger, "ps").text(1).contains("sleep 600"));
    }
  }

  @Test
  @DisplayName("a pod in the node's pid namespace")
  void nodePids() {
    try (Pod pod = node.run(node.spec().with(PodSpec.Mode.NODE))) {
      String id = pod.start(sleeping("main"));
      assertEquals(HostFiles.target("/proc/self/ns/pid"), namespace(pod.pid(id), "pid"));
      pod.stop(id, 0);
      assertEquals(137, pod.awaitExit(id));
    }
  }

  @Test
  @DisplayName("ExecSync: output, standard error, exit code")
  void execSync() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main").env("A", "b"));
      Message result = pod.exec(id, "sh", "-c", "echo out $A; echo err >&2; exit 5");
      assertEquals("out b\n", result.text(1));
      assertEquals("err\n", result.text(2));
      assertEquals(5, result.number(3));
    }
  }

  @Test
  @DisplayName("ExecSync: its time limit ends the process (a probe's timeout)")
  void execTimeout() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      String error =
          assertThrows(StatusRuntimeException.class, () -> pod.exec(id, 1, "sleep", "500"))
              .getMessage();
      assertTrue(error.contains("timeout"), error);
      Poll.until("end of it", () -> !pod.exec(id, "ps").text(1).contains("sleep 500"));
    }
  }

  @Test
  @DisplayName("ExecSync: a program that does not exist is an error with its name")
  void execNotFound() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      String error =
          assertThrows(StatusRuntimeException.class, () -> pod.exec(id, "no-such-program"))
              .getMessage();
      assertTrue(error.contains("executable file"), error);
      assertTrue(error.contains("no-such-program"), error);
    }
  }

  @Test
  @DisplayName("ExecSync: forty probes in a row")
  void manyProbes() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      long start = System.nanoTime();
      for (int i = 0; i < 40; i++) {
        assertEquals(0, pod.exec(id, "true").number(3));
      }
      CALLER.note(Duration.ofNanos(System.nanoTime() - start).toMillis() / 40 + " ms each");
    }
  }

  @Test
  @DisplayName("StartContainer: a program that does not exist: StartError with the reason")
  void startError() {
    try (Pod pod = node.run()) {
      String id = pod.create(new ContainerSpec("main", "no-such-program"));
      String error =
          assertThrows(
                  StatusRuntimeException.class,
                  () -> call("StartContainer", new Message().with(1, id)))
              .getMessage();
      assertTrue(error.contains("executable file"), error);
      Message status = pod.status(id);
      assertEquals(Pod.EXITED, status.number(3));
      assertEquals(128, status.number(7));
      assertEquals("StartError", status.text(10));
      assertTrue(status.text(11).contains("no-such-program"), status.text(11));
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
  @DisplayName("StopContainer: SIGTERM, then SIGKILL after the time given")
  void stopContainer() {
    try (Pod pod = node.run()) {
      String willing =
          pod.start(
              new ContainerSpec(
                  "willing",
                  "sh",
                  "-c",
                  "trap 'exit 4' TERM; echo ready; while true; do sleep 0.1; done"));
      String unwilling =
          pod.start(
              new ContainerSpec(
                  "unwilling",
                  "sh",
                  "-c",
                  "trap '' TERM; echo ready; while true; do sleep 0.1; done"));
      for (String each : List.of(willing, unwilling)) {
        Poll.until("its trap", () -> pod.stdout(each).equals("ready"));
      }
      pod.stop(willing, 20);
      assertEquals(4, pod.awaitExit(willing));
      pod.stop(unwilling, 1);
      assertEquals(137, pod.awaitExit(unwilling));
    }
  }

  @Test
  @DisplayName("RemoveContainer of a running one; a new one of the same name")
  void replaced() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      pod.remove(id);
      String again = pod.start(sleeping("main").env("AGAIN", "1"));
      assertNotEquals(id, again);
      assertEquals(Pod.RUNNING, pod.status(again).number(3));
    }
  }

  @Test
  @DisplayName("StopPodSandbox ends its containers")
  void stopPod() {
    try (Pod pod = node.run()) {
      String one = pod.start(sleeping("one"));
      String two = pod.start(sleeping("two"));
      call("StopPodSandbox", new Message().with(1, pod.id()));
      assertEquals(137, pod.awaitExit(one));
      assertEquals(137, pod.awaitExit(two));
    }
  }

  @Test
  @DisplayName("containerd restarts: pods and containers live on")
  void restart() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      node.restart();
      Message status = call("PodSandboxStatus", new Message().with(1, pod.id())).message(1);
      assertEquals(0, status.number(3), "SANDBOX_READY");
      assertEquals(Pod.RUNNING, pod.status(id).number(3));
      assertEquals("in\n", pod.exec(id, "echo", "in").text(1));
    }
  }
}
