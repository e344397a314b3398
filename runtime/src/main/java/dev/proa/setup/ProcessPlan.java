package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.ProcessCalls;
import dev.proa.seccomp.Filter;
import dev.proa.spec.Process;
import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.Linux;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes a process that is in the container's namespaces and root file system the one that the
 * config's {@code process} describes: the end of {@link ContainerPlan} and of {@link JoinPlan}, and
 * the one place where the order of these steps stands.
 */
public final class ProcessPlan {
  /**
   * What is asked for besides the config.
   *
   * @param inherited the descriptors that the process gets besides its standard ones
   * @param filter the compiled seccomp section, or null
   * @param groups what becomes of the supplementary groups
   * @param userNamespace whether the container has a user namespace of its own
   * @param apparmor whether the kernel has AppArmor
   * @param selinux whether the kernel has SELinux
   * @param grantable the capabilities that the process can get
   * @param signalMask the caller's signal mask where the runtime has another now, or null
   * @param landlock rules for files and ports, or null
   */
  public record Request(
      InheritedFds inherited,
      Filter filter,
      User.Groups groups,
      boolean userNamespace,
      boolean apparmor,
      boolean selinux,
      Capabilities.Grantable grantable,
      Long signalMask,
      Landlock landlock) {}

  private final Request request;
  private final Process process;
  private final Rlimits rlimits;
  private final Env env;
  private final Executable executable;
  private final Cwd cwd;
  private final List<Step> becomeUser = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private String program;
  private List<String> environment;

  private ProcessPlan(Request request, Process given, Linux linux) {
    this.request = request;
    this.process = given == null ? Process.NONE : given;
    rlimits = Rlimits.plan(process.rlimits());
    env = Env.plan(process.env());
    for (int i = 0; i < process.args().size(); i++) {
      if (process.args().get(i).indexOf('\0') >= 0) {
        throw new SetupException("process.args[" + i + "]: contains nul byte");
      }
    }
    executable = given == null ? null : Executable.plan(process.args(), env.entries());
    cwd = Cwd.plan(process.cwd());
    plan(linux);
  }

  /**
   * Decides everything.
   *
   * @param process the process; null for a container that is created and never started
   * @param linux the config's section, for what it says of the process; may be null
   * @throws SetupException if the process asks for what cannot be
   */
  public static ProcessPlan of(Request request, Process process, Linux linux) {
    return new ProcessPlan(request, process, linux);
  }

  private void plan(Linux linux) {
    add(Scheduler.plan(process.scheduler()));
    add(IoPriority.plan(process.ioPriority()));
    if (linux != null) {
      add(Personality.plan(linux.personality()));
      add(MemoryPolicy.plan(linux.memoryPolicy()));
    }
    // What the next execve(2) changes to.
    add(ApparmorProfile.plan(process.apparmorProfile(), request.apparmor()));
    add(SelinuxLabel.plan(process.selinuxLabel(), request.selinux()));
    // While root may still read a passwd that the user may not.
    add(new Home());
    add(cwd.beforeUser());
    add(StdioOwner.plan(process.user()));
    if (request.landlock() != null) {
      // While root may still search folders that the user may not.
      add(request.landlock().prepare());
    }
    // Bounding set first: CAP_SETPCAP is gone with the user.
    Landlock landlock = request.landlock();
    boolean late = (request.filter() != null || landlock != null) && !process.noNewPrivileges();
    Capabilities capabilities =
        Capabilities.plan(process.capabilities(), request.grantable(), late);
    warnings.addAll(capabilities.warnings());
    if (!limitsFromOutside()) {
      // After all that opens files, before CAP_SYS_RESOURCE goes with the user.
      add(new Limits());
    }
    add(capabilities.beforeUser());
    List<IdMapping> uids = linux == null ? List.of() : linux.uidMappings();
    List<IdMapping> gids = linux == null ? List.of() : linux.gidMappings();
    add(User.plan(process.user(), uids, gids, request.groups()));
    add(capabilities.afterUser());
    add(cwd.afterUser());
    add(NoNewPrivileges.plan(process.noNewPrivileges()));
    if (request.signalMask() != null) {
      add(Session.signals(request.signalMask()));
    }
    // As the user who will execute it, in the working directory that it will have.
    add(executable == null ? null : new FindProgram());
    if (landlock != null) {
      // After no_new_privs, which the kernel wants, and all that opens files; before the filter,
      // which need not allow the call then. Descriptors are closed next, and the rules' with them,
      // so not later: startContainer hooks are bound by the rules too.
      add(landlock.restrict());
    }
  }

  private void add(Step step) {
    ContainerPlan.addIfPlanned(becomeUser, step);
  }

  /** The steps, in their order. */
  public List<Step> becomeUser() {
    return becomeUser;
  }

  /** What the process asks for and does not get, one sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  /** Whether there is anything to execute. */
  public boolean isThere() {
    return executable != null;
  }

  /** The working directory: its folder is made with the mounts. */
  Cwd cwd() {
    return cwd;
  }

  /**
   * Whether the runtime must set the resource limits: raising a hard one needs CAP_SYS_RESOURCE in
   * the host's user namespace.
   */
  public boolean limitsFromOutside() {
    return request.userNamespace() && !process.rlimits().isEmpty();
  }

  /** Sets the resource limits of {@code pid}; 0 is this process. */
  public void limit(Kernel kernel, int pid) {
    List<Call> calls = rlimits.calls(pid);
    for (int i = 0; i < calls.size(); i++) {
      try {
        kernel.must(calls.get(i));
      } catch (KernelException e) {
        throw new SetupException("process.rlimits[" + i + "]: " + e.getMessage());
      }
    }
  }

  /**
   * Becomes the process. Returns only by an exception. From the loading of the filter on nothing
   * but execve(2) is called, so that a profile need not allow more; its arguments are made before.
   *
   * <p>Without noNewPrivileges the filter needs CAP_SYS_ADMIN, which the process has kept for it;
   * execve(2) takes it away, because it is in neither the bounding nor the ambient set unless the
   * config says so.
   */
  public void execute(Inside inside) {
    Kernel kernel = inside.kernel();
    Call execve = ProcessCalls.execve(program, process.args(), environment);
    Filter filter = request.filter();
    if (filter != null && !filter.needsListener()) {
      Call load = filter.loadCall();
      kernel.phase("linux.seccomp");
      kernel.must(load);
    }
    kernel.phase("process.args");
    long result = kernel.call(execve);
    throw new SetupException("exec " + program + ": " + Errno.of((int) -result));
  }

  /**
   * Closes everything that the process does not inherit, but for one connection, which ends with
   * execve(2). Closing on exec alone would leave the others to whoever looks through /proc until
   * then (CVE-2024-21626).
   *
   * @return the connection, under another number
   */
  public Fd closeOthers(Kernel kernel, Fd connection) {
    int end = request.inherited().end();
    Fd kept = new DescriptorCalls(kernel).duplicate(connection, end);
    if (kept.number() > end) {
      kernel.must(DescriptorCalls.closeRange(end, kept.number() - 1, 0));
    }
    kernel.must(DescriptorCalls.closeFrom(kept.number() + 1, 0));
    return kept;
  }

  /**
   * Closes everything that the process does not inherit, but for two that it needs until its start:
   * while it waits, other processes of the container could reach the caller's through /proc
   * (CVE-2024-21626).
   *
   * @return the two, maybe under other numbers
   */
  public Fd[] closeOthers(Kernel kernel, Fd one, Fd other) {
    int end = request.inherited().end();
    DescriptorCalls descriptors = new DescriptorCalls(kernel);
    Fd[] kept = {one, other};
    for (int i = 0; i < kept.length; i++) {
      if (kept[i].number() < end) { // a caller's that was to be there is not
        kept[i] = descriptors.duplicate(kept[i], end);
      }
    }
    int low = Math.min(kept[0].number(), kept[1].number());
    int high = Math.max(kept[0].number(), kept[1].number());
    if (low > end) {
      kernel.must(DescriptorCalls.closeRange(end, low - 1, 0));
    }
    if (high > low + 1) {
      kernel.must(DescriptorCalls.closeRange(low + 1, high - 1, 0));
    }
    kernel.must(DescriptorCalls.closeFrom(high + 1, 0));
    return kept;
  }

  /**
   * The filter whose listener an agent waits for, or null. It is loaded early, because the runtime
   * that makes the process is the one that hands the listener on.
   */
  public Filter notifyFilter() {
    Filter filter = request.filter();
    return filter != null && filter.needsListener() ? filter : null;
  }

  /** The process's environment, once {@link #becomeUser} is done. */
  public List<String> environment() {
    return environment == null ? env.entries() : environment;
  }

  private final class Home implements Step {
    @Override
    public String section() {
      return "process.env";
    }

    @Override
    public void apply(Inside inside) {
      List<String> entries =
          env.needsHome()
              ? env.withHome(Passwd.home(inside, process.user() == null ? 0 : process.user().uid()))
              : env.entries();
      environment = new ArrayList<>(entries);
      environment.addAll(request.inherited().env());
    }
  }

  private final class Limits implements Step {
    @Override
    public String section() {
      return "";
    }

    @Override
    public void apply(Inside inside) {
      inside.kernel().phase("process.rlimits");
      limit(inside.kernel(), 0);
    }
  }

  private final class FindProgram implements Step {
    @Override
    public String section() {
      return "";
    }

    @Override
    public void apply(Inside inside) {
      inside.kernel().phase("process.args");
      program = executable.find(inside.kernel());
    }
  }
}
