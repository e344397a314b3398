package dev.proa.conformance.callers.conmon;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.callers.CommandLine;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A container under conmon, and the runtime's own commands for it, in CRI-O's words. */
final class Monitored {
  private final Caller caller;
  private final String id;
  private final Path bundle;
  private final Path root;
  private final CommandLine runtime;
  private final Path rootfs;

  Monitored(Caller caller, String id, Path rootfs, Path root) {
    this.caller = caller;
    this.id = id;
    this.rootfs = rootfs;
    this.root = root;
    this.bundle = HostFiles.folder(caller.folder().resolve("bundle-" + id));
    for (String each : List.of("exits", "sockets")) {
      HostFiles.folder(bundle.resolve(each));
    }
    this.runtime =
        new CommandLine(
            caller, List.of(caller.executable(), "--root", root.toString()), environment());
  }

  private static Map<String, String> environment() {
    return Map.of("CRI_O_EXTERNAL", "1", "XDG_RUNTIME_DIR", "/run/user/0");
  }

  /** {@code conmon … create}; returns what it wrote to the pipe that CRI-O reads. */
  String create(boolean terminal, String... program) {
    HostFiles.write(bundle.resolve("config.json"), config(terminal, program));
    List<String> line = common("created");
    line.addAll(List.of("-b", bundle.toString(), "-P", bundle.resolve("conmon-pid").toString()));
    line.addAll(List.of("--exit-dir", bundle.resolve("exits").toString()));
    line.addAll(List.of("--persist-dir", bundle.toString()));
    if (terminal) {
      line.add("-t");
    }
    return synced("created", line, text -> text.contains("\n"));
  }

  /** {@code conmon --exec}: what it wrote to the pipe, the exit code last. */
  String exec(String process) {
    Path file = HostFiles.write(bundle.resolve("process.json"), process);
    List<String> line = common("exec");
    line.addAll(List.of("-e", "--exec-process-spec", file.toString()));
    return synced("exec", line, text -> text.contains("exit_code"));
  }

  private List<String> common(String what) {
    List<String> line = new ArrayList<>(List.of("conmon", "-c", id, "-u", id, "-n", "k8s_" + id));
    line.addAll(List.of("-r", caller.executable(), "--runtime-arg", "--root=" + root));
    line.addAll(List.of("-l", log(what).toString(), "--log-level", "info"));
    line.addAll(List.of("-p", bundle.resolve(what + "-pid").toString()));
    line.addAll(List.of("--socket-dir-path", bundle.resolve("sockets").toString()));
    return line;
  }

  private String synced(String what, List<String> conmon, Predicate<String> done) {
    Path pipe = bundle.resolve(what + "-sync");
    List<String> line =
        new ArrayList<>(List.of("sh", "-c", "exec 3> " + pipe + "; exec \"$@\"", "sh"));
    line.addAll(conmon);
    Map<String, String> all = new HashMap<>(environment());
    all.put("_OCI_SYNCPIPE", "3");
    Execution execution = caller.begin(line, all, Launcher.Stdin.NULL);
    execution.await();
    return Poll.until(
        "conmon's pipe", Duration.ofSeconds(30), () -> HostFiles.readOrEmpty(pipe), done);
  }

  /** The file of container logs, in Kubernetes' form. */
  private Path log(String what) {
    return bundle.resolve(what + "-log");
  }

  /** What the container, or the exec, has written: the texts of the lines of its log. */
  String logged(String what) {
    return HostFiles.readOrEmpty(log(what))
        .lines()
        .map(line -> line.split(" ", 4))
        .map(words -> words[1] + ":" + words[3].strip())
        .collect(Collectors.joining("\n"));
  }

  /** The pid that the runtime wrote for conmon. */
  int pid() {
    return Integer.parseInt(HostFiles.read(bundle.resolve("created-pid")));
  }

  /** Waits for the exit code that conmon has seen. */
  String exit() {
    Path file = bundle.resolve("exits").resolve(id);
    return Poll.until(
        "the exit code",
        Duration.ofSeconds(30),
        () -> HostFiles.readOrEmpty(file),
        text -> !text.isEmpty());
  }

  /** A command of the runtime for this container: its name, options; the id is put last. */
  Result runtime(String... words) {
    return runtime.run(withId(words));
  }

  /** The same, with this on stdin. */
  Result runtimeReading(String stdin, String... words) {
    Execution execution = runtime.begin(Launcher.Stdin.PIPE, withId(words));
    execution.type(stdin);
    execution.closeStdin();
    return execution.await();
  }

  private String[] withId(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add(id);
    return all.toArray(String[]::new);
  }

  /** {@code kill ID SIGNAL}. */
  Result kill(String signal) {
    return runtime.run("kill", id, signal);
  }

  /** The words of a process.json that runs a shell script. */
  String process(String script) {
    return """
        {"terminal":false,"user":{"uid":0,"gid":0},"args":["sh","-c","%s"],
         "env":["PATH=/bin"],"cwd":"/"}
        """
        .formatted(script);
  }

  /** The path of a file with that in it. */
  String file(String text) {
    return HostFiles.write(bundle.resolve("process.json"), text).toString();
  }

  private String config(boolean terminal, String... program) {
    String args =
        List.of(program).stream().map(arg -> '"' + arg + '"').collect(Collectors.joining(","));
    return """
        {"ociVersion":"1.0.2",
         "process":{"terminal":%s,"user":{"uid":0,"gid":0},"args":[%s],"cwd":"/",
           "env":["PATH=/bin","TERM=xterm"],"noNewPrivileges":true,
           "capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],
             "permitted":["CAP_KILL"]}},
         "root":{"path":"%s","readonly":true},
         "hostname":"pod",
         "annotations":{"io.kubernetes.cri-o.ContainerType":"container"},
         "mounts":[
           {"destination":"/proc","type":"proc","source":"proc",
            "options":["nosuid","noexec","nodev"]},
           {"destination":"/dev","type":"tmpfs","source":"tmpfs",
            "options":["nosuid","strictatime","mode=755","size=65536k"]},
           {"destination":"/dev/pts","type":"devpts","source":"devpts",
            "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]}],
         "linux":{"cgroupsPath":"/%s/crio-%s",
           "resources":{"memory":{"limit":67108864},"pids":{"limit":100}},
           "namespaces":[{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},
             {"type":"network"}]}}
        """
        .formatted(terminal, args, rootfs, caller.name(), id);
  }
}
