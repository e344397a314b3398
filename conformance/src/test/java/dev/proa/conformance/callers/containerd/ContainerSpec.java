package dev.proa.conformance.callers.containerd;

import java.util.List;

/** What a kubelet asks for a container: {@code ContainerConfig}, one part after the other. */
final class ContainerSpec {
  private final String name;
  private final Message config = new Message();
  private final Message security = new Message();
  private Message namespaces;
  private Message resources = new Message();

  /**
   * A container of the busybox image.
   *
   * @param name unique in its pod; its log is {@code NAME.log}
   */
  ContainerSpec(String name, String... command) {
    this.name = name;
    config
        .with(1, new Message().with(1, name))
        .with(2, new Message().with(1, Containerd.BUSYBOX))
        .with(3, List.of(command))
        .with(11, name + ".log");
  }

  /** Its name. */
  String name() {
    return name;
  }

  /** A variable. */
  ContainerSpec env(String key, String value) {
    config.with(6, new Message().with(1, key).with(2, value));
    return this;
  }

  /** The working folder. */
  ContainerSpec workingDir(String folder) {
    config.with(5, folder);
    return this;
  }

  /** A volume. */
  ContainerSpec mount(String host, String path, boolean readOnly) {
    config.with(7, new Message().with(1, path).with(2, host).with(3, readOnly ? 1 : 0));
    return this;
  }

  /** A volume with MountPropagation: 1 HostToContainer, 2 Bidirectional. */
  ContainerSpec mount(String host, String path, int propagation) {
    config.with(7, new Message().with(1, path).with(2, host).with(5, propagation));
    return this;
  }

  /** A device of the host's, with the rights {@code rwm}. */
  ContainerSpec device(String path) {
    config.with(8, new Message().with(1, path).with(2, path).with(3, "rwm"));
    return this;
  }

  /** A terminal. */
  ContainerSpec tty() {
    config.with(14, 1);
    return this;
  }

  /** LinuxContainerResources. */
  ContainerSpec resources(Message linux) {
    resources = linux;
    return this;
  }

  /** Anything of LinuxContainerSecurityContext. */
  ContainerSpec security(int field, Message value) {
    security.with(field, value);
    return this;
  }

  /** Anything of LinuxContainerSecurityContext. */
  ContainerSpec security(int field, long value) {
    security.with(field, value);
    return this;
  }

  /** Anything of LinuxContainerSecurityContext. */
  ContainerSpec security(int field, String value) {
    security.with(field, value);
    return this;
  }

  /** In another container's pid namespace: {@code kubectl debug --target}. */
  ContainerSpec target(String container) {
    namespaces =
        new Message()
            .with(1, PodSpec.Mode.NODE.number())
            .with(2, PodSpec.Mode.TARGET.number())
            .with(4, container);
    return this;
  }

  /** ContainerConfig; its namespaces are the pod's where it has no own wish. */
  Message config(PodSpec pod) {
    security.with(3, namespaces == null ? pod.namespaces() : namespaces);
    return config.with(15, new Message().with(1, resources).with(2, security));
  }
}
