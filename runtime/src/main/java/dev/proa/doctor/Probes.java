package dev.proa.doctor;

import dev.proa.doctor.Probe.Answer;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import java.util.ArrayList;
import java.util.List;

/** The answers of one subject as they come, and what all subjects ask with. */
final class Probes {
  private final Kernel kernel;
  private final FileCalls files;
  private final List<Probe> answers = new ArrayList<>();
  private String group;

  Probes(Kernel kernel) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
  }

  void group(String name) {
    group = name;
  }

  void works(String name, String detail) {
    add(name, Answer.WORKS, detail, null);
  }

  void missing(String name, String detail, String help) {
    add(name, Answer.MISSING, detail, help);
  }

  void fails(String name, String detail, String help) {
    add(name, Answer.FAILS, detail, help);
  }

  void add(String name, Answer answer, String detail, String help) {
    answers.add(new Probe(group, name, answer, detail, help));
  }

  List<Probe> answers() {
    return answers;
  }

  Kernel kernel() {
    return kernel;
  }

  FileCalls files() {
    return files;
  }

  boolean isRoot() {
    return CredentialCalls.geteuid(kernel) == 0;
  }

  /** A file's text without the white space around it; null where it cannot be read. */
  String text(String path) {
    try {
      return files.exists(Fd.CWD, path) ? files.readText(path).strip() : null;
    } catch (KernelException e) {
      return null;
    }
  }

  /**
   * Tries something in a child, which ends then.
   *
   * @return null if it worked, or why it did not
   */
  Errno inChild(Runnable attempt) {
    ProcessCalls processes = new ProcessCalls(kernel);
    int pid = processes.fork();
    if (pid == 0) {
      int code = Errno.EIO.value();
      try {
        attempt.run();
        code = 0;
      } catch (KernelException e) {
        code = e.errno().value();
      } finally {
        kernel.call(ProcessCalls.exit(code));
      }
    }
    int code = processes.wait4(pid, ProcessCalls.WALL).code();
    return code == 0 ? null : Errno.of(code);
  }

  /** Where a program is on this host, or null. */
  String program(String name) {
    for (String folder :
        List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")) {
      if (files.exists(Fd.CWD, folder + "/" + name)) {
        return folder + "/" + name;
      }
    }
    return null;
  }
}
