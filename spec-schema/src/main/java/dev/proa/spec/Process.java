package dev.proa.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * The program in the container: config.md, Process. Also the document of exec --process.
 *
 * @param terminal whether it gets a pseudoterminal
 * @param consoleSize size of that terminal
 * @param user who it runs as; null means root
 * @param args argv; the first is looked up in the container's PATH
 * @param env {@code NAME=VALUE} each
 * @param cwd absolute path inside the container
 * @param capabilities the five sets; null leaves none
 * @param rlimits limits, each type once
 * @param noNewPrivileges prctl(PR_SET_NO_NEW_PRIVS)
 * @param apparmorProfile name of a loaded profile
 * @param oomScoreAdj for /proc/self/oom_score_adj, -1000 to 1000
 * @param selinuxLabel for /proc/self/attr/exec
 * @param ioPriority ioprio_set(2)
 * @param scheduler sched_setattr(2)
 * @param execCPUAffinity CPUs of a process that joins the container
 */
@SuppressWarnings("JavaLangClash") // the spec's noun
public record Process(
    boolean terminal,
    ConsoleSize consoleSize,
    User user,
    List<String> args,
    List<String> env,
    String cwd,
    Capabilities capabilities,
    List<Rlimit> rlimits,
    boolean noNewPrivileges,
    String apparmorProfile,
    Integer oomScoreAdj,
    String selinuxLabel,
    IoPriority ioPriority,
    Scheduler scheduler,
    ExecCpuAffinity execCPUAffinity) {

  /** Nothing to execute: what the config of a container without a process says. */
  public static final Process NONE =
      new Process(
          false, null, null, List.of(), List.of(), "/", null, List.of(), false, null, null, null,
          null, null, null);

  /** Reads the object. */
  public static Process read(Json json) {
    return new Process(
        json.bool("terminal", false),
        json.objectOrNull("consoleSize", ConsoleSize::read),
        json.objectOrNull("user", User::read),
        json.texts("args"),
        json.texts("env"),
        json.text("cwd"),
        json.objectOrNull("capabilities", Capabilities::read),
        json.list("rlimits", Rlimit::read),
        json.bool("noNewPrivileges", false),
        json.textOrNull("apparmorProfile"),
        json.intOrNull("oomScoreAdj"),
        json.textOrNull("selinuxLabel"),
        json.objectOrNull("ioPriority", IoPriority::read),
        json.objectOrNull("scheduler", Scheduler::read),
        json.objectOrNull("execCPUAffinity", ExecCpuAffinity::read));
  }

  /** The same with one more entry of the environment, which replaces one of its name. */
  public Process with(String variable) {
    List<String> more = new ArrayList<>(env);
    more.add(variable);
    return new Process(
        terminal,
        consoleSize,
        user,
        args,
        more,
        cwd,
        capabilities,
        rlimits,
        noNewPrivileges,
        apparmorProfile,
        oomScoreAdj,
        selinuxLabel,
        ioPriority,
        scheduler,
        execCPUAffinity);
  }

  /** The same with that size of its terminal. */
  public Process with(ConsoleSize size) {
    return new Process(
        terminal,
        size,
        user,
        args,
        env,
        cwd,
        capabilities,
        rlimits,
        noNewPrivileges,
        apparmorProfile,
        oomScoreAdj,
        selinuxLabel,
        ioPriority,
        scheduler,
        execCPUAffinity);
  }
}
