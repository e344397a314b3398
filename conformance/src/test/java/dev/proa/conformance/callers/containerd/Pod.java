package dev.proa.conformance.callers.containerd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.host.HostFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A pod's sandbox and its containers; closing stops and removes them as a kubelet does. */
final class Pod implements AutoCloseable {
  /** {@code CONTAINER_RUNNING}, and {@code SANDBOX_NOTREADY}. */
  static final long RUNNING = 1;

  /** {@code CONTAINER_EXITED}. */
  static final long EXITED = 2;

  private final Cri cri;
  private final PodSpec spec;
  private final String id;
  private final Map<String, String> names = new ConcurrentHashMap<>();
  private boolean removed;

  private Pod(Cri cri, PodSpec spec, String id) {
    this.cri = cri;
    this.spec = spec;
    this.id = id;
  }

  /**
   * RunPodSandbox.
   *
   * @param handler of its RuntimeClass; empty for the default
   */
  static Pod run(Cri cri, PodSpec spec, String handler) {
    Message request = new Message().with(1, spec.config()).with(2, handler);
    HostFiles.folder(spec.logs());
    return new Pod(cri, spec, cri.call("RunPodSandbox", request).text(1));
  }

  /** The sandbox's id, which is also that of its container. */
  String id() {
    return id;
  }

  /** CreateContainer; returns its id. */
  String create(ContainerSpec container) {
    Message request =
        new Message().with(1, id).with(2, container.config(spec)).with(3, spec.config());
    String created = cri.call("CreateContainer", request).text(1);
    names.put(created, container.name());
    return created;
  }

  /** CreateContainer and StartContainer; returns its id. */
  String start(ContainerSpec container) {
    String created = create(container);
    cri.call("StartContainer", new Message().with(1, created));
    return created;
  }

  /** Starts a shell script, waits for its end, and returns what it has written to stdout. */
  String output(ContainerSpec container) {
    String started = start(container);
    awaitExit(started);
    return stdout(started);
  }

  /** ContainerStatus. */
  Message status(String container) {
    return cri.call("ContainerStatus", new Message().with(1, container)).message(1);
  }

  /** Waits until a container has ended, and returns its exit code. */
  long awaitExit(String container) {
    return Poll.until(
            "state of " + container,
            Duration.ofSeconds(30),
            () -> status(container),
            status -> status.number(3) == EXITED)
        .number(7);
  }

  /** The host's pid of a container's init. */
  int pid(String container) {
    Message verbose = cri.call("ContainerStatus", new Message().with(1, container).with(2, 1));
    JsonNode info = OciRuntime.json(verbose.entry(2, "info"));
    return info.path("pid").asInt();
  }

  /** ExecSync without a time limit. */
  Message exec(String container, String... command) {
    return exec(container, 0, command);
  }

  /**
   * ExecSync.
   *
   * @param seconds after which it is stopped
   */
  Message exec(String container, long seconds, String... command) {
    Message request = new Message().with(1, container).with(2, List.of(command)).with(3, seconds);
    return cri.call("ExecSync", request);
  }

  /** The log of a container as the kubelet reads it: {@code TIME STREAM TAG TEXT} a line. */
  List<String> log(String container) {
    return HostFiles.read(spec.logs().resolve(names.get(container) + ".log")).lines().toList();
  }

  /** What a container has written to stdout, without white space around. */
  String stdout(String container) {
    List<String> lines = new ArrayList<>();
    for (String line : log(container)) {
      String[] words = line.split(" ", 4);
      if (words[1].equals("stdout")) {
        lines.add(words[3]);
      }
    }
    return String.join("\n", lines).strip();
  }

  /** StopContainer. */
  void stop(String container, long seconds) {
    cri.call("StopContainer", new Message().with(1, container).with(2, seconds));
  }

  /** RemoveContainer. */
  void remove(String container) {
    cri.call("RemoveContainer", new Message().with(1, container));
  }

  /** StopPodSandbox and RemovePodSandbox: its containers go with it. */
  @Override
  public void close() {
    if (!removed) {
      removed = true;
      cri.call("StopPodSandbox", new Message().with(1, id));
      cri.call("RemovePodSandbox", new Message().with(1, id));
    }
  }
}
