package dev.proa.cli;

import dev.proa.operation.Diagnose;
import dev.proa.operation.Exec;
import dev.proa.operation.ExecRequest;
import dev.proa.operation.OperationException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code exec}: a further process in a running container. */
@Command(
    name = "exec",
    description = "Execute a process in a running container.",
    footer = {"", "Example:", "  proa exec -t web sh", "  proa exec --process p.json --detach web"})
final class ExecCommand extends HelpOption implements Action {
  private static final int FAILED = 255; // runc's: a code that the process itself seldom has

  @Option(
      names = {"-p", "--process"},
      paramLabel = "FILE",
      description = "File with the process object to execute; all of it is taken from there.")
  String process;

  @Option(names = "--cwd", paramLabel = "DIR", description = "Working directory in the container.")
  String cwd;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME=VALUE",
      description = "Set an environment variable; repeatable.")
  List<String> env = new ArrayList<>();

  @Option(
      names = {"-t", "--tty"},
      description = "Give it a pseudoterminal.")
  boolean tty;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "UID[:GID]",
      description = "Run as this user of the container.")
  String user;

  @Option(
      names = {"-g", "--additional-gids"},
      paramLabel = "GID",
      description = "Add a supplementary group; repeatable.")
  List<String> additionalGids = new ArrayList<>();

  @Option(
      names = {"-c", "--cap"},
      paramLabel = "CAP",
      description = "Add a capability to the bounding, effective and permitted sets; repeatable.")
  List<String> capabilities = new ArrayList<>();

  @Option(names = "--process-label", paramLabel = "LABEL", description = "SELinux label.")
  String processLabel;

  @Option(names = "--apparmor", paramLabel = "PROFILE", description = "AppArmor profile.")
  String apparmor;

  @Option(
      names = "--no-new-privs",
      description = "Set no_new_privs, whatever the container's own process has.")
  boolean noNewPrivileges;

  @Option(
      names = {"-d", "--detach"},
      description = "Return once the process runs.")
  boolean detach;

  @Option(
      names = "--console-socket",
      paramLabel = "SOCKET",
      description = "UNIX socket that takes the master of the process's pseudoterminal.")
  String consoleSocket;

  @Option(
      names = "--pidfd-socket",
      paramLabel = "SOCKET",
      description = "UNIX socket that takes a pidfd of the process.")
  String pidfdSocket;

  @Option(
      names = "--pid-file",
      paramLabel = "FILE",
      description = "Write the process's pid to FILE.")
  String pidFile;

  @Option(
      names = "--preserve-fds",
      paramLabel = "N",
      defaultValue = "0",
      description = "Pass N descriptors from 3 on to the process (default: 0).")
  int preserveFds;

  @Option(
      names = "--cgroup",
      paramLabel = "[CONTROLLER:]PATH",
      description = "Run in a cgroup below the container's; repeatable with controllers.")
  List<String> cgroups = new ArrayList<>();

  @Option(
      names = "--ignore-paused",
      description = "Do not refuse a paused container: the process waits until it is resumed.")
  boolean ignorePaused;

  @Mixin TimelineOption timed = new TimelineOption();

  @Parameters(index = "0", paramLabel = "ID", description = "The container's id.")
  String id;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The program and its arguments.")
  List<String> args = new ArrayList<>();

  @Override
  public String timeline() {
    return timed.timeline;
  }

  @Override
  public int run(Invocation invocation) {
    if (process == null && args.isEmpty()) {
      throw new OperationException("exec: a command is required unless --process names a file");
    }
    Exec exec = new Exec(invocation.kernel(), invocation.settings(), request(invocation));
    int code = exec.exec();
    for (String warning : exec.warnings()) {
      invocation.warn(warning);
    }
    return code;
  }

  private ExecRequest request(Invocation invocation) {
    return new ExecRequest(
        id,
        invocation.absoluteOrNull(process),
        args,
        cwd,
        env,
        tty,
        user,
        gids(),
        capabilities,
        processLabel,
        apparmor,
        noNewPrivileges ? Boolean.TRUE : null,
        cgroups,
        ignorePaused,
        new ExecRequest.Launching(
            detach,
            invocation.absoluteOrNull(consoleSocket),
            invocation.absoluteOrNull(pidfdSocket),
            invocation.absoluteOrNull(pidFile),
            preserveFds));
  }

  private List<Long> gids() {
    List<Long> gids = new ArrayList<>();
    for (String gid : additionalGids) {
      try {
        gids.add((long) Integer.parseUnsignedInt(gid) & 0xffffffffL);
      } catch (NumberFormatException e) {
        throw new OperationException("invalid group \"" + gid + "\": expected a decimal gid");
      }
    }
    return gids;
  }

  @Override
  public int failure() {
    return FAILED;
  }

  @Override
  public List<String> hints(Invocation invocation, String message) {
    return new Diagnose(invocation.kernel(), invocation.settings(), message)
        .exec(request(invocation));
  }
}
