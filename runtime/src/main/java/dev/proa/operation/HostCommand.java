package dev.proa.operation;

import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.SignalCalls;
import dev.proa.kernel.Stat;
import dev.proa.kernel.WaitStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a program of the host's to its end and keeps what it prints, on stdout and stderr. */
final class HostCommand {
  private static final int EXECUTABLE = 0111;

  private final Kernel kernel;
  private final Map<String, String> environment;

  HostCommand(Kernel kernel, Map<String, String> environment) {
    this.kernel = kernel;
    this.environment = environment;
  }

  /** How it ended and what it printed. */
  record Output(WaitStatus status, String text) {}

  /**
   * Runs it with this process's environment and nothing on stdin.
   *
   * @param args its arguments, its name first, which is looked for in PATH
   * @throws OperationException if there is no such program
   */
  Output run(List<String> args) {
    String path = find(args.getFirst());
    List<String> variables = new ArrayList<>(environment.size());
    for (Map.Entry<String, String> entry : environment.entrySet()) {
      variables.add(entry.getKey() + "=" + entry.getValue());
    }
    Call execve = ProcessCalls.execve(path, args, variables);
    FileCalls files = new FileCalls(kernel);
    ProcessCalls processes = new ProcessCalls(kernel);
    Fd[] output = new DescriptorCalls(kernel).pipe();
    try (Fd read = output[0]) {
      int pid;
      try (Fd write = output[1]; // closed before the read: it ends with the last writer
          Fd nothing = files.open("/dev/null", FileCalls.O_RDONLY)) {
        pid = processes.fork();
        if (pid == 0) {
          become(nothing, write, execve);
        }
      }
      String text = new String(files.readAll(read), StandardCharsets.UTF_8);
      return new Output(processes.wait4(pid, ProcessCalls.WALL), text);
    }
  }

  /** The child: takes its stdio and executes the program; never returns. */
  private void become(Fd stdin, Fd out, Call execve) {
    try {
      DescriptorCalls descriptors = new DescriptorCalls(kernel);
      kernel.must(SignalCalls.setMask(0));
      descriptors.place(stdin, 0);
      descriptors.place(out, 1);
      descriptors.place(out, 2);
      kernel.call(DescriptorCalls.closeFrom(3, DescriptorCalls.CLOSE_RANGE_CLOEXEC));
      kernel.call(execve);
    } finally {
      kernel.call(ProcessCalls.exit(127));
    }
  }

  /** As Go's exec.LookPath finds it, with its words where it does not. */
  private String find(String name) {
    FileCalls files = new FileCalls(kernel);
    for (String folder : environment.getOrDefault("PATH", "").split(":")) {
      if (folder.startsWith("/")) {
        String path = folder + "/" + name;
        Stat stat = files.stat(Fd.CWD, path);
        if (stat != null && !stat.isDirectory() && (stat.mode() & EXECUTABLE) != 0) {
          return path;
        }
      }
    }
    throw new OperationException("exec: \"" + name + "\": executable file not found in $PATH");
  }
}
