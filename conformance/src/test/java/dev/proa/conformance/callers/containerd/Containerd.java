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
  private final Execution daemon;
  private final Path folder;

  private Containerd(Caller caller, Execution daemon, Path folder) {
    this.caller = caller;
    this.daemon = daemon;
    this.folder = folder;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param plugins more of config.toml: tables of plugins
   */
  static Containerd start(Caller caller, String plugins) {
    Path folder = HostFiles.folder(caller.folder().resolve("containerd"));
    String config =
        """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"

        [grpc]
          address = "%1$s/containerd.sock"

        [plugins."io.containerd.internal.v1.opt"]
          path = "%1$s/opt"

        %2$s
        """
            .formatted(folder, plugins);
    Path file = HostFiles.write(folder.resolve("config.toml"), config);
    Execution daemon =
        caller.begin(
            List.of("containerd", "--config", file.toString()), Map.of(), Launcher.Stdin.NULL);
    Containerd containerd = new Containerd(caller, daemon, folder);
    Poll.until(
        "containerd",
        Duration.ofSeconds(30),
        () -> containerd.ctr("version").exit() + " " + daemon.stderr(),
        answer -> answer.startsWith("0 "));
    caller.watch(containerd.runtimeRoot().resolve("k8s.io"));
    caller.watch(containerd.runtimeRoot().resolve(caller.name()));
    caller.watch(folder.resolve("state/io.containerd.runtime.v2.task/k8s.io"));
    caller.watch(folder.resolve("state/io.containerd.runtime.v2.task").resolve(caller.name()));
    caller.watch(Path.of("/run/containerd/s"));
    return containerd;
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

  /** The socket of its API and of the CRI plugin. */
  Path socket() {
    return folder.resolve("containerd.sock");
  }

  /** What it has logged. */
  String log() {
    return daemon.stderr();
  }

  /** Whether it still runs. */
  boolean isAlive() {
    return daemon.isAlive();
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
