package dev.proa.spec;

import java.util.List;

/** The rules for a process: config.md, Process. */
final class ProcessRules {
  private static final List<String> RLIMITS =
      List.of(
          "RLIMIT_AS",
          "RLIMIT_CORE",
          "RLIMIT_CPU",
          "RLIMIT_DATA",
          "RLIMIT_FSIZE",
          "RLIMIT_LOCKS",
          "RLIMIT_MEMLOCK",
          "RLIMIT_MSGQUEUE",
          "RLIMIT_NICE",
          "RLIMIT_NOFILE",
          "RLIMIT_NPROC",
          "RLIMIT_RSS",
          "RLIMIT_RTPRIO",
          "RLIMIT_RTTIME",
          "RLIMIT_SIGPENDING",
          "RLIMIT_STACK");

  private final Findings findings;
  private final String pointer;
  private final Process process;

  private ProcessRules(Findings findings, String pointer, Process process) {
    this.findings = findings;
    this.pointer = pointer;
    this.process = process;
  }

  static void check(Findings findings, String pointer, Process process) {
    ProcessRules rules = new ProcessRules(findings, pointer, process);
    rules.command();
    rules.environment();
    rules.rlimits();
    rules.scheduler();
    rules.priorities();
  }

  private void command() {
    if (process.cwd().isEmpty()) {
      add("/cwd", "must not be empty");
    } else if (!process.cwd().startsWith("/")) {
      add("/cwd", "must be an absolute path");
    }
    if (process.args().isEmpty()) {
      add("/args", "must not be empty");
    }
    noNul("/args/", process.args());
  }

  private void environment() {
    noNul("/env/", process.env());
    for (int i = 0; i < process.env().size(); i++) {
      int equals = process.env().get(i).indexOf('=');
      if (equals < 0) {
        add("/env/" + i, "invalid environment variable: missing '='");
      } else if (equals == 0) {
        add("/env/" + i, "invalid environment variable: name cannot be empty");
      }
    }
  }

  /** The kernel would take what stands before it, and mean something else than the config says. */
  private void noNul(String list, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).indexOf('\0') >= 0) {
        add(list + i, "contains nul byte (\\x00)");
      }
    }
  }

  private void rlimits() {
    List<Rlimit> rlimits = process.rlimits();
    for (int i = 0; i < rlimits.size(); i++) {
      Rlimit rlimit = rlimits.get(i);
      if (!RLIMITS.contains(rlimit.type())) {
        add("/rlimits/" + i + "/type", Choice.refuse(rlimit.type(), RLIMITS));
      }
      if (Long.compareUnsigned(rlimit.soft(), rlimit.hard()) > 0) {
        add("/rlimits/" + i + "/soft", "must not be above the hard limit");
      }
      for (int j = 0; j < i; j++) {
        if (rlimits.get(j).type().equals(rlimit.type())) {
          add("/rlimits/" + i + "/type", rlimit.type() + " comes twice");
          break;
        }
      }
    }
  }

  private void scheduler() {
    Scheduler scheduler = process.scheduler();
    if (scheduler == null) {
      return;
    }
    Integer nice = scheduler.nice();
    if (nice != null && (nice < -20 || nice > 19)) {
      add("/scheduler/nice", nice + " is not from -20 to 19");
    }
    boolean realTime =
        scheduler.policy() == Scheduler.Policy.SCHED_FIFO
            || scheduler.policy() == Scheduler.Policy.SCHED_RR;
    Integer priority = scheduler.priority();
    if (priority != null && priority != 0 && !realTime) {
      add("/scheduler/priority", "is for SCHED_FIFO and SCHED_RR only");
    }
    if (scheduler.policy() != Scheduler.Policy.SCHED_DEADLINE) {
      deadlineOnly("/scheduler/runtime", scheduler.runtime());
      deadlineOnly("/scheduler/deadline", scheduler.deadline());
      deadlineOnly("/scheduler/period", scheduler.period());
    }
  }

  private void deadlineOnly(String member, Long value) {
    if (value != null && value != 0) {
      add(member, "is for SCHED_DEADLINE only");
    }
  }

  private void priorities() {
    IoPriority io = process.ioPriority();
    if (io != null && io.priority() != null && (io.priority() < 0 || io.priority() > 7)) {
      add("/ioPriority/priority", io.priority() + " is not from 0 to 7");
    }
    Integer oom = process.oomScoreAdj();
    if (oom != null && (oom < -1000 || oom > 1000)) {
      add("/oomScoreAdj", oom + " is not from -1000 to 1000");
    }
  }

  private void add(String member, String message) {
    findings.add(pointer + member, message);
  }
}
