package dev.proa.conformance.callers.containerd;

import java.nio.file.Path;

/**
 * What a kubelet asks for a pod: {@code PodSandboxConfig}. It is on the node's network: there is no
 * CNI plugin here.
 *
 * @param name unique on the machine; also its uid
 * @param parent the cgroup that a kubelet would have made for it
 * @param logs the folder of its containers' logs
 * @param pid whose pid namespace its containers have
 * @param privileged whether it may have a privileged container
 */
record PodSpec(String name, String parent, Path logs, Mode pid, boolean privileged) {
  /** {@code NamespaceMode}. */
  enum Mode {
    POD(0),
    CONTAINER(1),
    NODE(2),
    TARGET(3);

    private final int number;

    Mode(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  PodSpec(String name, String parent, Path logs) {
    this(name, parent, logs, Mode.CONTAINER, false);
  }

  /** With another mode of pid namespaces. */
  PodSpec with(Mode mode) {
    return new PodSpec(name, parent, logs, mode, privileged);
  }

  /** One that may have privileged containers. */
  PodSpec withPrivileges() {
    return new PodSpec(name, parent, logs, pid, true);
  }

  /** NamespaceOption. */
  Message namespaces() {
    return new Message()
        .with(1, Mode.NODE.number())
        .with(2, pid.number())
        .with(3, Mode.POD.number());
  }

  /** PodSandboxConfig. */
  Message config() {
    Message security = new Message().with(1, namespaces()).with(6, privileged ? 1 : 0);
    return new Message()
        .with(1, new Message().with(1, name).with(2, name).with(3, "default"))
        .with(3, logs.toString())
        .withEntry(6, "app", name)
        .withEntry(7, "example.com/note", "kept")
        .with(
            8,
            new Message().with(1, parent).with(2, security).withEntry(3, "kernel.msgmax", "9000"));
  }
}
