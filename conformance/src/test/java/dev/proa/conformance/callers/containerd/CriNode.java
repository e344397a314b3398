package dev.proa.conformance.callers.containerd;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.callers.Readme;
import dev.proa.conformance.client.Poll;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A containerd with the CRI plugin and a client of it: what a Kubernetes node has. */
final class CriNode implements AutoCloseable {
  /** The runtime handler that README.md's RuntimeClass names; it is the default one too. */
  static final String HANDLER = "proa";

  private final Containerd containerd;
  private final Cri cri;
  private final Caller caller;
  private int pods;

  private CriNode(Caller caller, Containerd containerd) {
    this.caller = caller;
    this.containerd = containerd;
    this.cri = new Cri(containerd.socket());
  }

  /** Starts it with its two images, configured as README.md says. */
  static CriNode start(Caller caller) {
    String root = Containerd.folder(caller).resolve("runtime").toString();
    String runtime = "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes." + HANDLER + "]";
    // restrict_oom_score_adj: where CAP_SYS_RESOURCE is missing, nobody can lower the score.
    // Root: the default is shared with the machine's own containerd.
    String tables =
        """
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "%1$s"
          restrict_oom_score_adj = true

          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "%2$s"

        %3$s
            Root = "%4$s"
        """
            .formatted(
                Containerd.PAUSE,
                HANDLER,
                Readme.block(runtime)
                    .replace(Readme.EXECUTABLE, caller.executable())
                    .stripTrailing(),
                root);
    Containerd containerd = Containerd.start(caller, tables);
    containerd.load("k8s.io", Containerd.PAUSE, List.of("/pause"), List.of());
    containerd.load("k8s.io", Containerd.BUSYBOX, List.of(), List.of("sh"));
    CriNode node = new CriNode(caller, containerd);
    node.awaitReady();
    caller.cleanUp(node::removeAll);
    return node;
  }

  /** Restarts containerd; what it has started lives on. */
  void restart() {
    containerd.restart();
    awaitReady();
  }

  private void awaitReady() {
    Poll.until(
        "the CRI plugin",
        Duration.ofSeconds(30),
        () -> {
          try {
            return cri.call("ListPodSandbox", new Message()) != null ? "" : "nothing";
          } catch (StatusRuntimeException e) {
            return String.valueOf(e.getMessage());
          }
        },
        String::isEmpty);
  }

  /** The bundle that the shim of a pod or container was given. */
  Path bundle(String id) {
    return containerd.state().resolve("io.containerd.runtime.v2.task/k8s.io").resolve(id);
  }

  /** The client. */
  Cri cri() {
    return cri;
  }

  /** A pod with a name of its own. */
  PodSpec spec() {
    pods++;
    String name = caller.id("pod" + pods);
    return new PodSpec(name, "/" + caller.name(), caller.folder().resolve("logs").resolve(name));
  }

  /** Runs such a pod. */
  Pod run() {
    return run(spec());
  }

  /** Runs a pod with the default handler. */
  Pod run(PodSpec spec) {
    return Pod.run(cri, spec, "");
  }

  /** Removes what a failed test has left. */
  void removeAll() {
    for (Message pod : cri.call("ListPodSandbox", new Message()).messages(1)) {
      Message id = new Message().with(1, pod.text(1));
      cri.call("StopPodSandbox", id);
      cri.call("RemovePodSandbox", id);
    }
  }

  @Override
  public void close() {
    cri.close();
    containerd.close();
  }
}
