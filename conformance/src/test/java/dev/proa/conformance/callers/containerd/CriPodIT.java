package dev.proa.conformance.callers.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.callers.Readme;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.HostFiles;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Pods, as a kubelet asks for them: sandboxes, the namespaces that containers share, what a restart
 * leaves.
 */
final class CriPodIT {
  @RegisterExtension static final Caller CALLER = new Caller("cri", "containerd", "ctr");

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

  @Test
  @DisplayName("process 1 of a pod with one pid namespace is killed: its containers end too")
  void killedPause() {
    try (Pod pod = node.run(node.spec().with(PodSpec.Mode.POD))) {
      String id = pod.start(sleeping("main"));
      List<Integer> pause = CALLER.processes("sleep 2147483647");
      CALLER.run("kill", "-9", Integer.toString(pause.getFirst())).succeeds();
      assertEquals(137, pod.awaitExit(id));
      Message request = new Message().with(1, pod.id());
      Poll.until(
          "SANDBOX_NOTREADY", () -> call("PodSandboxStatus", request).message(1).number(3) == 1);
    }
  }

  @Test
  @DisplayName("a pod's shim is killed: containers end, the pod can be removed")
  void killedShim() {
    try (Pod pod = node.run()) {
      String id = pod.start(sleeping("main"));
      String socket =
          HostFiles.read(node.bundle(pod.id()).resolve("address")).replace("unix://", "");
      for (int shim : CALLER.processes("containerd-shim-runc-v2")) {
        CALLER.run("kill", "-9", Integer.toString(shim)).succeeds();
      }
      pod.awaitExit(id);
      CALLER.run("rm", "-f", socket);
    }
  }
}
