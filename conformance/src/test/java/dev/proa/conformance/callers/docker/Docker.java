package dev.proa.conformance.callers.docker;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.callers.CommandLine;
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
 * A Docker daemon of a test class's own: data, state, socket and cgroups are below what the caller
 * names; no bridge and no firewall rules. Limits of open files and processes are lowered, because
 * raising them takes CAP_SYS_RESOURCE.
 */
final class Docker implements AutoCloseable {
  private static final String BUSYBOX = "localhost/busybox:1";
  private static final String RUNTIME = "tested";

  private final Caller caller;
  private final Path folder;
  private final CommandLine line;
  private Execution daemon;

  private Docker(Caller caller, Path folder) {
    this.caller = caller;
    this.folder = folder;
    this.line =
        new CommandLine(
            caller, List.of("docker"), Map.of("DOCKER_HOST", socket(), "HOME", folder.toString()));
  }

  /** Starts it and waits until it answers. */
  static Docker start(Caller caller) {
    Docker docker = new Docker(caller, HostFiles.folder(caller.folder().resolve("docker")));
    docker.start();
    Path files = HostFiles.folder(docker.folder.resolve("image"));
    Path image = Image.write(files, BUSYBOX, List.of(), List.of("sh"), caller.busybox());
    docker.line.output("load", "-q", "-i", image.toString());
    // Makes what stays: network namespaces of the daemon's.
    docker.rm(List.of(), "true").exits(0);
    caller.watch(docker.folder.resolve("data/containers"));
    caller.watch(docker.folder.resolve("exec/runtime-" + RUNTIME + "/moby"));
    caller.watch(
        docker.folder.resolve("exec/containerd/daemon/io.containerd.runtime.v2.task/moby"));
    return docker;
  }

  private String socket() {
    return "unix://" + folder.resolve("docker.sock");
  }

  private void start() {
    List<String> command =
        List.of(
            "dockerd",
            "--host=" + socket(),
            "--data-root=" + folder.resolve("data"),
            "--exec-root=" + folder.resolve("exec"),
            "--pidfile=" + folder.resolve("pid"),
            "--config-file=" + HostFiles.write(folder.resolve("daemon.json"), "{}\n"),
            "--storage-driver=vfs",
            "--iptables=false",
            "--ip-forward=false", // the machine's own setting
            "--ip6tables=false",
            "--bridge=none",
            "--cgroup-parent=/" + caller.name(),
            "--add-runtime=" + RUNTIME + "=" + caller.executable(),
            "--default-runtime=" + RUNTIME,
            "--default-ulimit=nofile=1024:1024",
            "--default-ulimit=nproc=1024:1024");
    daemon = caller.begin(command, Map.of(), Launcher.Stdin.NULL);
    Poll.until(
        "dockerd",
        Duration.ofSeconds(60),
        () -> line.run("version").exit() + " " + daemon.stderr(),
        answer -> answer.startsWith("0 "));
  }

  /** Its command line. */
  CommandLine line() {
    return line;
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

  /** The arguments of {@code run --rm}. */
  String[] rmLine(List<String> options, String... program) {
    return arguments(List.of("run", "--rm"), options, program);
  }

  /** {@code run -d} with a name; returns the container's id. */
  String start(String name, List<String> options, String... program) {
    return line.output(arguments(List.of("run", "-d", "--name", name), options, program));
  }

  private static String[] arguments(List<String> first, List<String> options, String... program) {
    List<String> all = new ArrayList<>(first);
    if (!options.contains("--network")) {
      all.addAll(List.of("--network", "none"));
    }
    all.addAll(options);
    all.add(BUSYBOX);
    all.addAll(List.of(program));
    return all.toArray(String[]::new);
  }

  /** A field of {@code docker inspect}. */
  String inspect(String name, String field) {
    return line.output("inspect", "--format", "{{" + field + "}}", name);
  }

  /** The host's pid of a running container. */
  int pid(String name) {
    return Integer.parseInt(inspect(name, ".State.Pid"));
  }

  /** Removes what a failed test has left. */
  void removeAll() {
    for (String id : run("ps", "-aq").lines()) {
      run("rm", "-f", id);
    }
  }

  @Override
  public void close() {
    caller.stop(daemon);
  }
}
