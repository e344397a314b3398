package dev.proa.diagnosis;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.seccomp.SeccompCompiler;
import dev.proa.seccomp.SeccompException;
import dev.proa.spec.Choice;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.Seccomp.Action;
import dev.proa.spec.linux.SeccompRule;
import java.util.List;

/**
 * The section {@code linux.seccomp}: names that no kernel has, and a filter that bars the start.
 */
final class SeccompCheck {
  private static final String POINTER = "/linux/seccomp";

  private final Subject subject;
  private final Seccomp seccomp;
  private final Report report;

  SeccompCheck(Subject subject, Report report) {
    this.subject = subject;
    this.seccomp = subject.linux().seccomp();
    this.report = report;
  }

  void check() {
    names();
    execve();
    listener();
    try {
      SeccompCompiler.compile(seccomp);
    } catch (SeccompException e) {
      report.error(POINTER, e.getMessage(), null);
    }
  }

  private void names() {
    for (int i = 0; i < seccomp.syscalls().size(); i++) {
      List<String> names = seccomp.syscalls().get(i).names();
      for (int j = 0; j < names.size(); j++) {
        if (!SeccompCompiler.knowsCall(names.get(j))) {
          String meant = Choice.nearest(names.get(j), SeccompCompiler.calls());
          report.warning(
              POINTER + "/syscalls/" + i + "/names/" + j,
              "no kernel has a system call " + names.get(j) + ": this part of the rule is lost",
              meant == null ? null : "did you mean \"" + meant + "\"?");
        }
      }
    }
  }

  /** The filter is there when the process is executed: execve(2) itself must pass. */
  private void execve() {
    boolean passes = passes(seccomp.defaultAction());
    for (SeccompRule rule : seccomp.syscalls()) {
      if (rule.names().contains("execve")) {
        passes = passes(rule.action()) || !rule.args().isEmpty();
      }
    }
    if (!passes) {
      report.error(
          POINTER,
          "the filter does not let execve pass, so the process cannot be started",
          "allow execve in linux.seccomp.syscalls");
    }
  }

  private static boolean passes(Action action) {
    return action == Action.SCMP_ACT_ALLOW
        || action == Action.SCMP_ACT_LOG
        || action == Action.SCMP_ACT_NOTIFY
        || action == Action.SCMP_ACT_TRACE;
  }

  private void listener() {
    String path = seccomp.listenerPath();
    boolean there =
        path == null
            || path.isEmpty()
            || new FileCalls(subject.kernel()).exists(Fd.CWD, subject.absolute(path));
    if (!there) {
      report.error(
          POINTER + "/listenerPath",
          "no socket is at " + path,
          "start the agent that listens there");
    }
  }
}
