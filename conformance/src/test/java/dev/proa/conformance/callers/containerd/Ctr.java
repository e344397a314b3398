package dev.proa.conformance.callers.containerd;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code ctr} in one of containerd's namespaces, with the runtime under test. */
final class Ctr {
  private final Caller caller;
  private final Containerd containerd;
  private final List<String> global;
  private int processes;

  /**
   * @param namespace containerd's, not the kernel's; the first part of every cgroup's path
   */
  Ctr(Caller caller, Containerd containerd, String namespace) {
    this.caller = caller;
    this.containerd = containerd;
    this.global = List.of("--namespace", namespace);
  }

  /** In a namespace of the caller's name that has busybox's image and is emptied at the end. */
  static Ctr withBusybox(Caller caller, Containerd containerd) {
    containerd.load(caller.name(), Containerd.BUSYBOX, List.of(), List.of("sh"));
    Ctr ctr = new Ctr(caller, containerd, caller.name());
    caller.cleanUp(ctr::removeAll);
    return ctr;
  }

  /** Any command of ctr. */
  Result run(String... arguments) {
    return containerd.ctr(all(List.of(arguments)));
  }

  /** Any command of ctr, not waiting. */
  Execution begin(Launcher.Stdin stdin, String... arguments) {
    return containerd.begin(stdin, all(List.of(arguments)));
  }

  /** Any command of ctr at a terminal, that of script(1), typing. */
  Execution beginAtTerminal(String... arguments) {
    String line = String.join(" ", containerd.line(all(List.of(arguments))));
    return caller.begin(
        List.of("script", "-qec", line, "/dev/null"),
        Map.of("SHELL", "/bin/sh"),
        Launcher.Stdin.PIPE);
  }

  /** {@code run --rm}: options, then the program. */
  Result rm(List<String> options, String... program) {
    return run(rmLine(options, program));
  }

  /** The arguments of {@code run --rm} in a new container. */
  String[] rmLine(List<String> options, String... program) {
    return line("--rm", options, Containerd.BUSYBOX, caller.id("r"), program);
  }

  /** {@code run --rm} with a folder as the root file system. */
  Result rmRootfs(List<String> options, String rootfs, String... program) {
    List<String> more = new ArrayList<>(options);
    more.add("--rootfs");
    return run(line("--rm", more, rootfs, caller.id("r"), program));
  }

  /** {@code run --detach}, which must succeed. */
  Task start(List<String> options, String... program) {
    processes++;
    String id = caller.id("d" + processes);
    run(line("--detach", options, Containerd.BUSYBOX, id, program)).exits(0);
    return new Task(this, id);
  }

  /** The arguments of {@code run --detach} without further options. */
  String[] detachedLine(String id, String... program) {
    return line("--detach", List.of(), Containerd.BUSYBOX, id, program);
  }

  /** Removes what a failed test has left. */
  void removeAll() {
    for (String id : run("containers", "list", "--quiet").lines()) {
      run("tasks", "delete", "--force", id);
      run("containers", "delete", id);
    }
  }

  /** A new id for a further process. */
  String processId() {
    processes++;
    return "p" + processes;
  }

  private String[] line(
      String how, List<String> options, String image, String id, String... program) {
    List<String> line = new ArrayList<>(List.of("run", how));
    line.addAll(List.of("--runc-binary", caller.executable()));
    line.addAll(List.of("--runc-root", containerd.runtimeRoot().toString()));
    line.addAll(options);
    line.addAll(List.of(image, id));
    line.addAll(List.of(program));
    return line.toArray(String[]::new);
  }

  private String[] all(List<String> arguments) {
    List<String> all = new ArrayList<>(global);
    all.addAll(arguments);
    return all.toArray(String[]::new);
  }
}
