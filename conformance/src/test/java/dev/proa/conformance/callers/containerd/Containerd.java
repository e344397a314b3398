package dev.proa.conformance.callers.containerd;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.callers.Image;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A containerd of a test class's own: root, state, socket and configuration below the caller's
 * folder, without network. Its shims' sockets alone are elsewhere: containerd has no option for
 * {@code /run/containerd/s}.
 */
final class Containerd implements AutoCloseable {
  /** The name of the busybox image. */
  static final String BUSYBOX = "localhost/busybox:1";

  /** The name of the image of a pod's first container. */
  static final String PAUSE = "localhost/pause:1";

  private final Caller caller;
  private Execution daemon;
  private final Path folder;

  private Containerd(Caller caller, Path folder) {
    this.caller = caller;
    this.folder = folder;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param tables more of config.toml: tables of plugins
   * @param disabled plugins that it starts without
   */
  static Containerd start(Caller caller, String tables, String... disabled) {
    Path folder = HostFiles.folder(folder(caller));
    String plugins =
        Stream.of(disabled).map(id -> '"' + id + '"').collect(Collectors.joining(", "));
    HostFiles.write(
        folder.resolve("config.toml"),
        """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        disabled_plugins = [%2$s]

        [grpc]
          address = "%1$s/containerd.sock"

        [plugins."io.containerd.internal.v1.opt"]
          path = "%1$s/opt"

        %3$s
        """
            .formatted(folder, plugins, tables));
    Containerd containerd = new Containerd(caller, folder);
    containerd.start();
    for (String namespace : List.of("k8s.io", caller.name())) {
      caller.watch(containerd.runtimeRoot().resolve(namespace));
      caller.watch(containerd.state().resolve("io.containerd.runtime.v2.task").resolve(namespace));
    }
    return containerd;
  }

  /** The folder of the one containerd of a caller. */
  static Path folder(Caller caller) {
    return caller.folder().resolve("containerd");
  }

  private void start() {
    String config = folder.resolve("config.toml").toString();
    daemon = caller.begin(List.of("containerd", "--config", config), Map.of(), Launcher.Stdin.NULL);
    Poll.until(
        "containerd",
        Duration.ofSeconds(30),
        () -> ctr("version").exit() + " " + daemon.stderr(),
        answer -> answer.startsWith("0 "));
  }

  /** Stops it and starts it again; its shims live on. */
  void restart() {
    caller.stop(daemon);
    start();
    caller.expect(daemon);
  }

  /** Writes an image and imports it into a namespace of containerd's. */
  void load(String namespace, String tag, List<String> entrypoint, List<String> command) {
    Path files = HostFiles.folder(folder.resolve("image-" + tag.replaceAll("[^a-z0-9]", "-")));
    Path image = Image.write(files, tag, entrypoint, command, caller.busybox());
    ctr("-n", namespace, "images", "import", image.toString()).exits(0);
  }

  /** Where the runtime keeps its state, by containerd's namespace. */
  Path runtimeRoot() {
    return folder.resolve("runtime");
  }

  /** Where it and its shims keep what lives: bundles, sockets, logs. */
  Path state() {
    return folder.resolve("state");
  }

  /** The socket of its API and of the CRI plugin. */
  Path socket() {
    return folder.resolve("containerd.sock");
  }

  /** What it has logged. */
  String log() {
    return daemon.stderr();
  }

  /** Runs ctr. */
  Result ctr(String... arguments) {
    return begin(Launcher.Stdin.NULL, arguments).await(Duration.ofSeconds(60));
  }

  /** Starts ctr. */
  Execution begin(Launcher.Stdin stdin, String... arguments) {
    return caller.begin(line(arguments), Map.of(), stdin);
  }

  /** The command line of ctr. */
  List<String> line(String... arguments) {
    List<String> line = new ArrayList<>(List.of("ctr", "--address", socket().toString()));
    line.addAll(List.of(arguments));
    return line;
  }

  @Override
  public void close() {
    caller.stop(daemon);
  }
}
