package dev.proa.setup;

import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.seccomp.Filter;
import dev.proa.spec.Process;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.Linux;
import java.util.ArrayList;
import java.util.List;

/**
 * All that init does, in its order: the one place where the order of the steps stands, each with
 * the reason for its place.
 *
 * <p>The plan is made in the runtime, before clone3(2); it touches nothing. Init has it because it
 * is a fork.
 */
public final class ContainerPlan {
  /**
   * What is asked for besides the config.
   *
   * @param id the container's id
   * @param bundle the bundle folder, absolute
   * @param rootfs the root file system, absolute
   * @param noPivot {@code --no-pivot}
   * @param newKeyring whether init gets a session keyring of its own
   * @param privileged whether the runtime is root of its user namespace
   * @param inherited the descriptors that the process gets besides its standard ones
   * @param console where init sends the master of its pseudoterminal, or null
   * @param filter the compiled seccomp section, or null
   * @param cgroups what a mount of type cgroup shows
   * @param apparmor whether the kernel has AppArmor
   * @param selinux whether the kernel has SELinux
   * @param lastCapability the last capability that the kernel has
   * @param signalMask the caller's signal mask where the runtime has another now, or null
   */
  public record Request(
      String id,
      String bundle,
      String rootfs,
      boolean noPivot,
      boolean newKeyring,
      boolean privileged,
      InheritedFds inherited,
      Fd console,
      Filter filter,
      CgroupView cgroups,
      boolean apparmor,
      boolean selinux,
      int lastCapability,
      Long signalMask) {}

  private final Spec spec;
  private final Request request;
  private final Namespaces namespaces;
  private final Mounts mounts;
  private final Rlimits rlimits;
  private final OomScoreAdj oomScoreAdj;
  private final NetDevices netDevices;
  private final Env env;
  private final Executable executable;
  private final Cwd cwd;
  private final List<Step> session = new ArrayList<>();
  private final List<Step> prepareRootfs = new ArrayList<>();
  private final List<Step> enterRootfs = new ArrayList<>();
  private final List<Step> finishRootfs = new ArrayList<>();
  private final List<Step> becomeUser = new ArrayList<>();

  private String program;
  private List<String> environment;

  private ContainerPlan(Request request, Spec spec) {
    this.spec = spec;
    this.request = request;
    Process process = spec.process();
    namespaces = Namespaces.plan(spec.linux());
    mounts = Mounts.plan(spec.mounts(), request.bundle(), request.cgroups(), spec.linux());
    rlimits = Rlimits.plan(process.rlimits());
    oomScoreAdj = OomScoreAdj.plan(process.oomScoreAdj());
    netDevices = NetDevices.plan(spec.linux(), namespaces);
    env = Env.plan(process.env());
    for (int i = 0; i < process.args().size(); i++) {
      if (process.args().get(i).indexOf('\0') >= 0) {
        throw new SetupException("process.args[" + i + "]: contains nul byte");
      }
    }
    executable = Executable.plan(process.args(), env.entries());
    cwd = Cwd.plan(process.cwd());
    planSession();
    planRootfs();
    planProcess();
  }

  /**
   * Decides everything.
   *
   * @throws SetupException if the config asks for what cannot be
   */
  public static ContainerPlan of(Request request, Spec spec) {
    return new ContainerPlan(request, spec);
  }

  private boolean has(long namespace) {
    return namespaces.has(namespace);
  }

  private void planSession() {
    if (namespaces.creates(NamespaceCalls.CLONE_NEWUSER) && !namespaces.staged()) {
      // First: what is made from here on shall belong to the container's root.
      session.add(new UserNamespace());
    }
    session.add(Session.plan());
    if (request.newKeyring()) {
      // Before any file system is entered: a key of the caller's is not the container's.
      session.add(SessionKeyring.plan(request.id(), has(NamespaceCalls.CLONE_NEWUSER)));
    }
    if (namespaces.creates(NamespaceCalls.CLONE_NEWNET)) {
      session.add(new Loopback());
    }
  }

  private void planRootfs() {
    boolean mountNamespace = has(NamespaceCalls.CLONE_NEWNS);
    Linux linux = spec.linux();
    var propagation = linux == null ? null : linux.rootfsPropagation();
    if (mountNamespace) {
      // Before the first mount: nothing made here may reach the host.
      prepareRootfs.add(RootfsPropagation.plan(propagation));
    }
    prepareRootfs.add(Root.plan(request.rootfs(), mountNamespace, propagation));
    prepareRootfs.addAll(mounts.steps());
    if (!Mounts.bindsDev(spec.mounts())) {
      // After the mounts: /dev is one of them as a rule.
      prepareRootfs.addAll(
          Devices.plan(
              linux == null ? List.of() : linux.devices(),
              has(NamespaceCalls.CLONE_NEWUSER) || !request.privileged()));
    }
    // While the process is root and the root file system can still be written to.
    prepareRootfs.add(cwd.make());
    enterRootfs.add(PivotRoot.plan(mountNamespace, request.noPivot()));
    if (!Mounts.bindsDev(spec.mounts())) {
      // First thing inside: descriptors on the host's /dev/null become the container's own.
      finishRootfs.add(StdioNull.plan());
    }
    if (spec.process().terminal()) {
      // Inside, from the container's own devpts; before /dev may become read-only.
      finishRootfs.add(Terminal.plan(spec.process().consoleSize(), request.console()));
    }
    finishRootfs.addAll(mounts.afterwards());
    if (spec.root().readonly()) {
      // After all that makes mount points and devices in it.
      finishRootfs.add(ReadonlyRoot.plan());
    }
    if (mountNamespace) {
      // Last of the mounts: a shared root would carry those above to its peers.
      addIfPlanned(finishRootfs, RootfsPropagation.finish(propagation));
    }
    addIfPlanned(finishRootfs, Hostname.plan(spec.hostname()));
    addIfPlanned(finishRootfs, Domainname.plan(spec.domainname()));
    addIfPlanned(
        finishRootfs, ApparmorProfile.plan(spec.process().apparmorProfile(), request.apparmor()));
    if (linux != null) {
      // Before /proc/sys may become read-only.
      addIfPlanned(finishRootfs, Sysctl.plan(linux.sysctl()));
      addIfPlanned(finishRootfs, ReadonlyPaths.plan(linux.readonlyPaths()));
      addIfPlanned(finishRootfs, MaskedPaths.plan(linux.maskedPaths(), linux.mountLabel()));
    }
  }

  private void planProcess() {
    Process process = spec.process();
    Linux linux = spec.linux();
    addIfPlanned(becomeUser, Scheduler.plan(process.scheduler()));
    addIfPlanned(becomeUser, IoPriority.plan(process.ioPriority()));
    if (linux != null) {
      addIfPlanned(becomeUser, Personality.plan(linux.personality()));
      addIfPlanned(becomeUser, MemoryPolicy.plan(linux.memoryPolicy()));
    }
    addIfPlanned(becomeUser, SelinuxLabel.plan(process.selinuxLabel(), request.selinux()));
    // While root may still read a passwd that the user may not.
    becomeUser.add(new Home());
    becomeUser.add(cwd.beforeUser());
    becomeUser.add(StdioOwner.plan(process.user()));
    // Bounding set first: CAP_SETPCAP is gone with the user.
    boolean late = request.filter() != null && !process.noNewPrivileges();
    Capabilities capabilities =
        Capabilities.plan(process.capabilities(), request.lastCapability(), late);
    if (!limitsFromOutside()) {
      // After all that opens files, before CAP_SYS_RESOURCE goes with the user.
      becomeUser.add(new Limits());
    }
    becomeUser.add(capabilities.beforeUser());
    becomeUser.add(
        User.plan(
            process.user(),
            uidMappings(),
            gidMappings(),
            request.privileged() || uidMappings().size() > 1));
    becomeUser.add(capabilities.afterUser());
    becomeUser.add(cwd.afterUser());
    addIfPlanned(becomeUser, NoNewPrivileges.plan(process.noNewPrivileges()));
    if (request.signalMask() != null) {
      becomeUser.add(Session.signals(request.signalMask()));
    }
    // As the user who will execute it, in the working directory that it will have.
    becomeUser.add(new FindProgram());
  }

  private static void addIfPlanned(List<Step> steps, Step step) {
    if (step != null) {
      steps.add(step);
    }
  }

  /** What the steps of one init work with. */
  public Inside inside(Kernel kernel) {
    return new Inside(kernel, new Rootfs(kernel), new ProcFs(kernel));
  }

  /** The namespaces. */
  public Namespaces namespaces() {
    return namespaces;
  }

  /** The uid mappings of a new user namespace. */
  public List<IdMapping> uidMappings() {
    return spec.linux() == null ? List.of() : spec.linux().uidMappings();
  }

  /** The gid mappings of a new user namespace. */
  public List<IdMapping> gidMappings() {
    return spec.linux() == null ? List.of() : spec.linux().gidMappings();
  }

  /** What a process is before it is anywhere: its ids, session, keyring, loopback device. */
  public List<Step> session() {
    return session;
  }

  /** The mounts and devices, while the host's root is still the root. */
  public List<Step> prepareRootfs() {
    return prepareRootfs;
  }

  /** Makes the root file system the root. */
  public List<Step> enterRootfs() {
    return enterRootfs;
  }

  /** What is done in the root file system once it is the root. */
  public List<Step> finishRootfs() {
    return finishRootfs;
  }

  /** What makes the process the container's user. */
  public List<Step> becomeUser() {
    return becomeUser;
  }

  /** Opens what the steps need of the host and may not open from inside a user namespace. */
  public void openSources(Kernel kernel) {
    boolean all = has(NamespaceCalls.CLONE_NEWUSER) && request.privileged();
    for (int i = 0; i < prepareRootfs.size(); i++) {
      if (prepareRootfs.get(i) instanceof OpensSource step && (all || step.onlyInParent())) {
        try {
          step.openSource(kernel);
        } catch (KernelException e) {
          throw new SetupException(prepareRootfs.get(i).section() + ": " + e.getMessage());
        }
      }
    }
  }

  /** Does, from the runtime, what only the host's privileges may: before init does anything. */
  public void applyFromOutside(Kernel kernel, Fd procfs, int pid) {
    if (oomScoreAdj != null) {
      try {
        oomScoreAdj.applyTo(kernel, procfs, pid);
      } catch (KernelException e) {
        throw new SetupException("process.oomScoreAdj: " + e.getMessage());
      }
    }
    if (netDevices != null) {
      // Before the hooks: those that set up the network find the devices where they will be.
      netDevices.move(kernel, procfs, pid);
    }
  }

  /**
   * Whether the runtime must set the resource limits: raising a hard one needs CAP_SYS_RESOURCE in
   * the host's user namespace.
   */
  public boolean limitsFromOutside() {
    return has(NamespaceCalls.CLONE_NEWUSER) && !spec.process().rlimits().isEmpty();
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
    Call execve = ProcessCalls.execve(program, spec.process().args(), environment);
    Filter filter = request.filter();
    if (filter != null && !filter.needsListener()) {
      Call load = filter.loadCall();
      kernel.must(load);
    }
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
   * The filter whose listener an agent waits for, or null. It is loaded before the start, because
   * the runtime that makes the container is the one that hands the listener on.
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
              ? env.withHome(
                  Passwd.home(
                      inside, spec.process().user() == null ? 0 : spec.process().user().uid()))
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
      program = executable.find(inside.kernel());
    }
  }
}
