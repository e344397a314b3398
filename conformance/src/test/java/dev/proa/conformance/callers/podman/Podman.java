package dev.proa.conformance.callers.podman;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.callers.CommandLine;
import dev.proa.conformance.callers.Image;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * podman with storage, state and configuration below one folder, without network, for one user.
 * Limits of open files and processes are lowered, because raising them takes CAP_SYS_RESOURCE.
 */
final class Podman {
  /** The name of the busybox image. */
  static final String BUSYBOX = "localhost/busybox:1";

  private static final String PAUSE = "localhost/pause:1";

  private final Caller caller;
  private final Path folder;
  private final CommandLine line;

  private Podman(Caller caller, Path folder, CommandLine line) {
    this.caller = caller;
    this.folder = folder;
    this.line = line;
  }

  /**
   * podman for root. In the caller's mount namespace the runtime's default root is a folder below
   * the caller's, so that what is left in it is seen.
   */
  static Podman root(Caller caller) {
    Path folder = HostFiles.folder(caller.folder().resolve("podman"));
    String runtime = caller.kind().name().toLowerCase(Locale.ROOT);
    Path states = HostFiles.folder(folder.resolve("states"));
    caller
        .run("sh", "-c", "mkdir -p /run/" + runtime + "; mount -B " + states + " /run/" + runtime)
        .succeeds();
    caller.watch(states);
    caller.watch(HostFiles.folder(folder.resolve("graph/vfs/dir")));
    Podman podman = of(caller, folder, List.of());
    podman.load(BUSYBOX, List.of());
    podman.load(PAUSE, List.of("/pause"));
    // Makes what stays: the cgroup of all conmons, for one.
    podman.rm(List.of(), "true").exits(0);
    return podman;
  }

  /** podman for uid 1000, who has no further ids: root of a user namespace with one mapping. */
  static Podman user(Caller caller) {
    Path folder = HostFiles.owner(HostFiles.folder(caller.folder().resolve("user")), 1000, 1000);
    List<String> setpriv =
        List.of("setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups");
    Podman podman = of(caller, folder, setpriv);
    HostFiles.mode(
        HostFiles.owner(HostFiles.folder(folder.resolve("xdg")), 1000, 1000), "rwx------");
    podman.load(BUSYBOX, List.of());
    // Makes what stays: the process that keeps the user namespace.
    podman.line.run("run", "--rm", BUSYBOX, "true");
    String runtime = caller.kind().name().toLowerCase(Locale.ROOT);
    caller.watch(folder.resolve("xdg").resolve(runtime));
    return podman;
  }

  private static Podman of(Caller caller, Path folder, List<String> as) {
    HostFiles.write(
        folder.resolve("storage.conf"),
        """
        [storage]
        driver = "vfs"
        graphroot = "%1$s/graph"
        runroot = "%1$s/run"
        [storage.options]
        ignore_chown_errors = "true"
        """
            .formatted(folder));
    HostFiles.write(
        folder.resolve("containers.conf"),
        """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
        netns = "none"
        log_driver = "k8s-file"
        init_path = "/usr/bin/tini-static"

        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        lock_type = "file"
        tmp_dir = "%1$s/tmp"
        volume_path = "%1$s/volumes"
        infra_image = "%2$s"
        runtime = "%3$s"
        runtime_supports_json = ["proa", "runc", "crun"]
        runtime_supports_nocgroup = ["proa", "crun"]

        [engine.runtimes]
        %3$s = ["%4$s"]
        """
            .formatted(
                folder, PAUSE, caller.kind().name().toLowerCase(Locale.ROOT), caller.executable()));
    List<String> words = new ArrayList<>(as);
    words.add("podman");
    Map<String, String> environment =
        Map.of(
            "CONTAINERS_CONF", folder.resolve("containers.conf").toString(),
            "CONTAINERS_STORAGE_CONF", folder.resolve("storage.conf").toString(),
            "HOME", folder.toString());
    if (!as.isEmpty()) {
      environment = new HashMap<>(environment);
      environment.put("XDG_RUNTIME_DIR", folder.resolve("xdg").toString());
    }
    return new Podman(caller, folder, new CommandLine(caller, words, environment));
  }

  private void load(String tag, List<String> entrypoint) {
    Path files = HostFiles.folder(folder.resolve(tag.replaceAll("[^a-z0-9]", "-")));
    Path image = Image.write(files, tag, entrypoint, List.of("sh"), caller.busybox());
    line.output("load", "-q", "-i", image.toString());
  }

  /** Its command line. */
  CommandLine line() {
    return line;
  }

  /** Its folder. */
  Path folder() {
    return folder;
  }

  /** Any command. */
  Result run(String... arguments) {
    return line.run(arguments);
  }

  /** {@code run --rm}: options, then the program. */
  Result rm(List<String> options, String... program) {
    return run(rmLine(options, program));
  }

  /** The output of {@code run --rm} of a shell script, which must succeed silently. */
  String script(List<String> options, String script) {
    return rm(options, "sh", "-c", script).succeeds().text();
  }

  /** {@code run --rm} at a terminal. */
  Execution rmAtTerminal(List<String> options, String... program) {
    return line.beginAtTerminal(rmLine(options, program));
  }

  /** The arguments of {@code run --rm}. */
  String[] rmLine(List<String> options, String... program) {
    return arguments(List.of("run", "--rm"), options, program);
  }

  /** {@code run -d} with a name; returns the container's id. */
  String start(String name, List<String> options, String... program) {
    return line.output(arguments(List.of("run", "-d", "--name", name), options, program));
  }

  private String[] arguments(List<String> first, List<String> options, String... program) {
    List<String> all = new ArrayList<>(first);
    if (!options.contains("--pod") && !line.environment().containsKey("XDG_RUNTIME_DIR")) {
      all.addAll(List.of("--cgroup-parent", "/" + caller.name()));
    }
    all.addAll(options);
    all.add(BUSYBOX);
    all.addAll(List.of(program));
    return all.toArray(String[]::new);
  }

  /** A field of {@code podman inspect}. */
  String inspect(String name, String field) {
    return line.output("inspect", "--format", "{{" + field + "}}", name);
  }

  /** The host's pid of a running container. */
  int pid(String name) {
    return Integer.parseInt(inspect(name, ".State.Pid"));
  }

  /** Removes what a failed test has left. */
  void removeAll() {
    run("pod", "rm", "-f", "-t", "0", "-a");
    run("rm", "-f", "-t", "0", "-a");
  }
}
