package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.seccomp.Filter;
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
   * @param machinesRoot whether it is root of the machine too, not of a user namespace only
   * @param inherited the descriptors that the process gets besides its standard ones
   * @param console where init sends the master of its pseudoterminal, or null
   * @param filter the compiled seccomp section, or null
   * @param cgroups what a mount of type cgroup shows
   * @param apparmor whether the kernel has AppArmor
   * @param selinux whether the kernel has SELinux
   * @param grantable the capabilities that the container can get
   * @param signalMask the caller's signal mask where the runtime has another now, or null
   */
  public record Request(
      String id,
      String bundle,
      String rootfs,
      boolean noPivot,
      boolean newKeyring,
      boolean privileged,
      boolean machinesRoot,
      InheritedFds inherited,
      Fd console,
      Filter filter,
      CgroupView cgroups,
      boolean apparmor,
      boolean selinux,
      Capabilities.Grantable grantable,
      Long signalMask) {}

  private final Spec spec;
  private final Request request;
  private final Namespaces namespaces;
  private final Mounts mounts;
  private final OomScoreAdj oomScoreAdj;
  private final NetDevices netDevices;
  private final ProcessPlan process;
  private final List<Step> session = new ArrayList<>();
  private final List<Step> prepareRootfs = new ArrayList<>();
  private final List<Step> enterRootfs = new ArrayList<>();
  private final List<Step> finishRootfs = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private ContainerPlan(Request request, Spec spec) {
    this.spec = spec;
    this.request = request;
    namespaces = Namespaces.plan(spec.linux());
    mounts =
        Mounts.plan(spec.mounts(), request.bundle(), request.cgroups(), spec.linux(), mountLabel());
    if (spec.linux() != null && spec.linux().mountLabel() != null && mountLabel() == null) {
      warnings.add("ignoring linux.mountLabel: SELinux is disabled or not supported");
    }
    oomScoreAdj = spec.process() == null ? null : OomScoreAdj.plan(spec.process().oomScoreAdj());
    netDevices = NetDevices.plan(spec.linux(), namespaces);
    process =
        ProcessPlan.of(
            new ProcessPlan.Request(
                request.inherited(),
                request.filter(),
                User.Groups.of(
                    spec.annotations(), request.privileged() || uidMappings().size() > 1),
                has(NamespaceCalls.CLONE_NEWUSER),
                request.apparmor(),
                request.selinux(),
                request.grantable(),
                request.signalMask(),
                Landlock.plan(spec.annotations())),
            spec.process(),
            spec.linux());
    warnings.addAll(process.warnings());
    planSession();
    planRootfs();
  }

  /**
   * Decides everything.
   *
   * @throws SetupException if the config asks for what cannot be
   */
  public static ContainerPlan of(Request request, Spec spec) {
    return new ContainerPlan(request, spec);
  }

  /** The SELinux context of mounts; without SELinux no file has one, and nothing asks for it. */
  private String mountLabel() {
    String label = spec.linux() == null ? null : spec.linux().mountLabel();
    return request.selinux() ? label : null;
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
    // In its cgroup already, and before anything that takes time: on all processors of the cpuset.
    session.add(CpuAffinity.plan());
    if (request.newKeyring()) {
      // Before any file system is entered: a key of the caller's is not the container's.
      String label = request.selinux() ? spec.process().selinuxLabel() : null;
      session.add(SessionKeyring.plan(request.id(), has(NamespaceCalls.CLONE_NEWUSER), label));
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
              has(NamespaceCalls.CLONE_NEWUSER) || !request.machinesRoot()));
    }
    // While the process is root and the root file system can still be written to.
    prepareRootfs.add(process.cwd().make());
    enterRootfs.add(PivotRoot.plan(mountNamespace, request.noPivot()));
    if (!Mounts.bindsDev(spec.mounts())) {
      // First thing inside: descriptors on the host's /dev/null become the container's own.
      finishRootfs.add(StdioNull.plan());
    }
    if (spec.process() != null && spec.process().terminal()) {
      // Inside, from the container's own devpts; before /dev may become read-only.
      finishRootfs.add(Terminal.ofInit(spec.process().consoleSize(), request.console()));
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
    if (linux != null) {
      // Before /proc/sys may become read-only.
      addIfPlanned(finishRootfs, Sysctl.plan(linux.sysctl()));
      addIfPlanned(finishRootfs, ReadonlyPaths.plan(linux.readonlyPaths()));
      addIfPlanned(finishRootfs, MaskedPaths.plan(linux.maskedPaths(), mountLabel()));
    }
  }

  static void addIfPlanned(List<Step> steps, Step step) {
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

  /** What the config asks for and does not get, one sentence each. */
  public List<String> warnings() {
    return warnings;
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

  /** The last part: what makes init the config's process. */
  public ProcessPlan process() {
    return process;
  }

  /**
   * Whether init is kept from other processes' eyes until it executes the process. Not where an
   * ordinary user is the runtime and nothing is joined: then /proc/PID would be closed to the
   * caller too, who looks for the namespaces of its container there.
   */
  public boolean hidesInit() {
    return request.privileged() || !namespaces.joins().isEmpty() || namespaces.user() != null;
  }

  /** Opens what the steps need of the host and may not open from inside a user namespace. */
  public void openSources(Kernel kernel) {
    boolean all = has(NamespaceCalls.CLONE_NEWUSER) && request.privileged();
    for (int i = 0; i < prepareRootfs.size(); i++) {
      if (prepareRootfs.get(i) instanceof OpensSource step && (all || step.onlyInParent())) {
        kernel.phase(prepareRootfs.get(i).section());
        try {
          step.openSource(kernel);
        } catch (KernelException e) {
          throw new SetupException(prepareRootfs.get(i).section() + ": " + e.getMessage());
        }
      }
    }
  }

  /**
   * Does, from the runtime, what only the host's privileges may: before init does anything.
   *
   * @return the network devices that are the container's now, to be closed; null where none are
   */
  public MovedDevices applyFromOutside(Kernel kernel, Fd procfs, int pid) {
    if (oomScoreAdj != null) {
      try {
        oomScoreAdj.applyTo(kernel, procfs, pid);
      } catch (KernelException e) {
        throw new SetupException("process.oomScoreAdj: " + e.getMessage());
      }
    }
    // Before the hooks: those that set up the network find the devices where they will be.
    return netDevices == null ? null : netDevices.move(kernel, procfs, pid);
  }
}
