package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupDriver;
import dev.proa.cgroup.Layout;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.cgroup.systemd.SystemdCgroup;
import dev.proa.hook.HookRunner;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.seccomp.Filter;
import dev.proa.seccomp.SeccompCompiler;
import dev.proa.setup.ApparmorProfile;
import dev.proa.setup.Capabilities;
import dev.proa.setup.CgroupView;
import dev.proa.setup.ContainerPlan;
import dev.proa.setup.InheritedFds;
import dev.proa.setup.Namespaces;
import dev.proa.setup.SelinuxLabel;
import dev.proa.setup.UserNamespace;
import dev.proa.spec.Hooks;
import dev.proa.spec.Process;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.IntelRdt;
import dev.proa.spec.linux.Linux;
import dev.proa.state.ContainerState;
import java.util.List;
import java.util.Map;

/**
 * All that is decided of a new container before the first side effect that outlives the process.
 */
final class Blueprint {
  private final Kernel kernel;
  private final Settings settings;
  private final CreateRequest request;
  private final Bundle bundle;
  private final Filter asking;
  private final Fd console;
  private final Long signalMask;

  private final int user;
  private final boolean machinesRoot;
  private final boolean rootless;
  private final Hooks hooks;
  private final Layout layout;
  private final Cgroup cgroup;
  private final ResctrlGroup resctrl;
  private ContainerPlan plan;

  /**
   * Decides; asks the kernel and systemd what there is, and changes nothing.
   *
   * @param asking the filter that is loaded in place of the config's, or null
   * @param console where init sends the master of its pseudoterminal, or null
   * @param signalMask the caller's signal mask where this process has changed its own, or null
   */
  Blueprint(
      Kernel kernel,
      Settings settings,
      CreateRequest request,
      Bundle bundle,
      Filter asking,
      Fd console,
      Long signalMask) {
    this.kernel = kernel;
    this.settings = settings;
    this.request = request;
    this.bundle = bundle;
    this.asking = asking;
    this.console = console;
    this.signalMask = signalMask;
    this.user = CredentialCalls.geteuid(kernel);
    this.machinesRoot = isPrivileged() && UserNamespace.isInitial(kernel);
    this.hooks = bundle.spec().hooks() == null ? Hooks.NONE : bundle.spec().hooks();
    HookRunner.check(hooks);
    this.layout = Layout.detect(kernel);
    this.rootless = settings.rootless() == null ? !isPrivileged() : settings.rootless();
    this.cgroup = planCgroup();
    describe();
    this.plan = decide();
    this.resctrl =
        intelRdt() == null
            ? null
            : ResctrlGroup.plan(
                kernel,
                intelRdt(),
                request.id(),
                new FileCalls(kernel).readText("/proc/self/mountinfo"));
  }

  String id() {
    return request.id();
  }

  Bundle bundle() {
    return bundle;
  }

  Hooks hooks() {
    return hooks;
  }

  /** The cgroup, planned: its paths are known. */
  Cgroup cgroup() {
    return cgroup;
  }

  /** The class of service, planned, or null. */
  ResctrlGroup resctrl() {
    return resctrl;
  }

  /** The config's section, or null. */
  IntelRdt intelRdt() {
    return linux() == null ? null : linux().intelRdt();
  }

  /** All that init does. */
  ContainerPlan plan() {
    return plan;
  }

  /** Whether the runtime is root in its user namespace. */
  boolean isPrivileged() {
    return user == 0;
  }

  /** Whether it is root on the machine. */
  boolean isMachinesRoot() {
    return machinesRoot;
  }

  /** Once the cgroups are there: some hierarchies may have refused a user without privileges. */
  void cgroupsAreMade() {
    if (rootless || !machinesRoot) {
      plan = decide();
    }
  }

  /** What the container's mount of type cgroup shows. */
  CgroupView view() {
    boolean namespace = Namespaces.plan(linux()).has(NamespaceCalls.CLONE_NEWCGROUP);
    return CgroupOf.view(layout, cgroup, namespace);
  }

  /** The state as it is written before anything else: what there will be, without a pid. */
  ContainerState intent() {
    Spec spec = bundle.spec();
    return new ContainerState(
        spec.ociVersion(),
        request.id(),
        0,
        0,
        new ClockCalls(kernel).now(),
        bundle.path(),
        bundle.rootfs(),
        user,
        spec.annotations(),
        settings.cgroups().toString(),
        cgroup.paths(),
        Map.of(),
        !request.noNewKeyring(),
        resctrl == null ? null : resctrl.path(),
        resctrl == null ? List.of() : resctrl.folders(),
        hooks.poststart(),
        hooks.poststop());
  }

  private Linux linux() {
    return bundle.spec().linux();
  }

  private Cgroup planCgroup() {
    String path = linux() == null ? null : linux().cgroupsPath();
    return settings.cgroups() == CgroupDriver.SYSTEMD
        ? SystemdCgroup.plan(kernel, layout, path, request.id(), bundle.spec().annotations())
        : CgroupOf.plan(
            kernel,
            layout,
            settings.cgroups(),
            path,
            request.id(),
            rootless,
            isPrivileged() && !machinesRoot);
  }

  private ContainerPlan decide() {
    Spec spec = bundle.spec();
    Linux linux = linux();
    Filter filter = asking != null ? asking : compiled(linux);
    Process process = spec.process() == null ? Process.NONE : spec.process();
    boolean labels =
        process.selinuxLabel() != null || (linux != null && linux.mountLabel() != null);
    Namespaces namespaces = Namespaces.plan(linux);
    return ContainerPlan.of(
        new ContainerPlan.Request(
            request.id(),
            bundle.path(),
            bundle.rootfs(),
            request.noPivot(),
            !request.noNewKeyring(),
            isPrivileged(),
            machinesRoot,
            InheritedFds.ofCaller(kernel, request.preserveFds()),
            console,
            filter,
            view(),
            process.apparmorProfile() != null && ApparmorProfile.isEnabled(kernel),
            labels && SelinuxLabel.isEnabled(kernel),
            Capabilities.grantable(kernel, namespaces.has(NamespaceCalls.CLONE_NEWUSER)),
            signalMask),
        spec);
  }

  private static Filter compiled(Linux linux) {
    return linux == null || linux.seccomp() == null
        ? null
        : SeccompCompiler.compile(linux.seccomp());
  }

  /** What {@code --debug} tells before anything is done. */
  private void describe() {
    if (settings.isDebug()) {
      Spec spec = bundle.spec();
      settings.debug(
          bundle.path()
              + "/config.json: version "
              + spec.ociVersion()
              + ", args "
              + (spec.process() == null ? List.of() : spec.process().args())
              + ", "
              + spec.mounts().size()
              + " mounts");
      settings.debug("cgroup driver " + settings.cgroups() + ", paths " + cgroup.paths());
    }
  }
}
