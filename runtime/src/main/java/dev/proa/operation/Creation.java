package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupDriver;
import dev.proa.cgroup.DeviceRules;
import dev.proa.cgroup.Layout;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.cgroup.systemd.SystemdCgroup;
import dev.proa.handshake.StartSocket;
import dev.proa.hook.HookRunner;
import dev.proa.hook.HookState;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.launch.Launch;
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
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompRule;
import dev.proa.spec.linux.resources.Resources;
import dev.proa.state.ContainerState;
import dev.proa.state.InitProcess;
import dev.proa.state.StateFolder;
import dev.proa.state.StateRoot;
import dev.proa.terminal.ConsoleSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code create} and {@code run} share: from the request to an init that waits. */
final class Creation {
  private final Kernel kernel;
  private final Settings settings;
  private final CreateRequest request;
  private final Bundle bundle;
  private final Restoration restoration;
  private final List<String> warnings = new ArrayList<>();

  private Creation(
      Kernel kernel,
      Settings settings,
      CreateRequest request,
      Bundle bundle,
      Restoration restoration) {
    this.kernel = kernel;
    this.settings = settings;
    this.request = request;
    this.bundle = bundle;
    this.restoration = restoration;
  }

  /** Reads the bundle and checks the request; touches nothing. */
  static Creation prepare(Kernel kernel, Settings settings, CreateRequest request) {
    return prepare(kernel, settings, request, null);
  }

  /**
   * The same.
   *
   * @param restoration where init comes from, or null for a new one
   */
  static Creation prepare(
      Kernel kernel, Settings settings, CreateRequest request, Restoration restoration) {
    ContainerId.check(request.id());
    // Hooks run in the bundle folder, as under runc; every path of the request is absolute.
    long entered = kernel.call(ProcessCalls.chdir(request.bundle()));
    if (entered < 0) {
      throw new OperationException("chdir " + request.bundle() + ": " + Errno.of((int) -entered));
    }
    Bundle bundle = Bundle.read(kernel, request.bundle());
    Spec spec = bundle.spec();
    if (spec.root() == null) {
      throw bundle.document().invalid("", "root: required but missing");
    }
    Seccomp seccomp = spec.linux() == null ? null : spec.linux().seccomp();
    if (seccomp != null && notifies(seccomp) && seccomp.listenerPath() == null) {
      throw bundle
          .document()
          .invalid(
              "/linux/seccomp", "seccomp listenerPath is not set, but SCMP_ACT_NOTIFY is used");
    }
    if (settings.cgroups() == CgroupDriver.SYSTEMD) {
      CgroupOf.checkUnit(bundle, request.id());
    }
    boolean terminal = spec.process() != null && spec.process().terminal();
    if (request.detach() && terminal && request.consoleSocket() == null) {
      throw new OperationException(
          "cannot allocate tty if runc will detach without setting console socket");
    }
    if (request.consoleSocket() != null && !(request.detach() && terminal)) {
      throw new OperationException(
          "cannot use console socket if runc will not detach or allocate tty");
    }
    bundle = Notify.prepare(bundle, settings.root() + "/" + request.id());
    return new Creation(kernel, settings, request, bundle, restoration);
  }

  private static boolean notifies(Seccomp seccomp) {
    boolean found = seccomp.defaultAction() == Seccomp.Action.SCMP_ACT_NOTIFY;
    for (SeccompRule rule : seccomp.syscalls()) {
      found |= rule.action() == Seccomp.Action.SCMP_ACT_NOTIFY;
    }
    return found;
  }

  /** What the config asks for and does not get; known once the container is made. */
  List<String> warnings() {
    return warnings;
  }

  /** Refuses what could be created and not started. */
  void demandProcess() {
    if (bundle.spec().process() == null) {
      throw bundle.document().invalid("", "process: required to start a container");
    }
  }

  Bundle bundle() {
    return bundle;
  }

  /** Whether init runs as soon as it is made. */
  boolean restores() {
    return restoration != null;
  }

  /** The connected console socket, or null where none was given. */
  Fd consoleSocket() {
    return request.consoleSocket() == null
        ? null
        : ConsoleSocket.connect(kernel, request.consoleSocket());
  }

  /**
   * Makes the container. If it fails, what was made is undone.
   *
   * @param console where init sends the master of its pseudoterminal, or null
   * @param signalMask the caller's signal mask where this process has changed its own, or null
   * @return the created container, still locked
   */
  Container make(Fd console, Long signalMask) {
    StateRoot root = new StateRoot(kernel, settings.root());
    int user = CredentialCalls.geteuid(kernel);
    boolean privileged = user == 0;
    boolean machinesRoot = privileged && UserNamespace.isInitial(kernel);
    Spec spec = bundle.spec();
    Linux linux = spec.linux();
    Hooks hooks = spec.hooks() == null ? Hooks.NONE : spec.hooks();
    HookRunner.check(hooks);
    Layout layout = Layout.detect(kernel);
    boolean rootless = settings.rootless() == null ? !privileged : settings.rootless();
    String path = linux == null ? null : linux.cgroupsPath();
    Cgroup cgroup =
        settings.cgroups() == CgroupDriver.SYSTEMD
            ? SystemdCgroup.plan(kernel, layout, path, request.id(), spec.annotations())
            : CgroupOf.plan(
                kernel,
                layout,
                settings.cgroups(),
                path,
                request.id(),
                rootless,
                privileged && !machinesRoot);
    describe(cgroup);
    ContainerPlan plan = plan(layout, cgroup, console, signalMask, privileged, machinesRoot);
    warnings.addAll(plan.warnings());
    IntelRdt rdt = linux == null ? null : linux.intelRdt();
    ResctrlGroup resctrl =
        rdt == null
            ? null
            : ResctrlGroup.plan(
                kernel, rdt, request.id(), new FileCalls(kernel).readText("/proc/self/mountinfo"));
    StateFolder folder = root.create(request.id());
    if (folder == null) {
      throw OperationException.alreadyExists();
    }
    boolean cgroupsMade = false;
    boolean resctrlMade = false;
    try {
      ContainerState intent = state(spec, hooks, cgroup, resctrl, user);
      folder.write(intent);
      folder.writeConfig(bundle.text());
      Notify.makeFolder(kernel, folder);
      Resources resources = linux == null ? null : linux.resources();
      cgroup.create(resources);
      cgroupsMade = true;
      if (rootless || !machinesRoot) {
        // Some hierarchies may have refused the user: the container's view has those that did not.
        plan = plan(layout, cgroup, console, signalMask, privileged, machinesRoot);
      }
      cgroup.set(
          resources, DeviceRules.effective(resources == null ? List.of() : resources.devices()));
      long cgroupOwner = CgroupOwner.of(spec);
      if (machinesRoot && cgroupOwner >= 0) { // an ordinary user's cgroup is the user's already
        cgroup.delegate((int) cgroupOwner);
      }
      if (resctrl != null) {
        resctrl.create(rdt);
        resctrlMade = true;
      }
      HookState hookState =
          new HookState(spec.ociVersion(), request.id(), bundle.path(), spec.annotations());
      int pid =
          restoration == null
              ? launch(folder, plan, cgroup, resctrl, hookState, hooks)
              : restoration.restore(
                  kernel, folder, bundle, cgroup, view(layout, cgroup), hookState, hooks, console);
      ContainerState state =
          intent.with(
              pid,
              InitProcess.ofChild(kernel, pid).start(),
              cgroup.paths(),
              plan.namespaces().paths(pid));
      folder.write(state);
      if (settings.isDebug()) {
        settings.debug("init of " + request.id() + " has pid " + state.initProcessPid());
      }
      return Container.of(kernel, folder, state);
    } catch (RuntimeException e) {
      if (cgroupsMade) {
        cgroup.kill();
        cgroup.delete();
      }
      cgroup.undo();
      if (resctrlMade) {
        resctrl.delete();
      }
      folder.remove();
      folder.close();
      throw e;
    }
  }

  /** Clones init; its pid. */
  private int launch(
      StateFolder folder,
      ContainerPlan plan,
      Cgroup cgroup,
      ResctrlGroup resctrl,
      HookState hookState,
      Hooks hooks) {
    Linux linux = bundle.spec().linux();
    Seccomp seccomp = linux == null ? null : linux.seccomp();
    boolean privileged = CredentialCalls.geteuid(kernel) == 0;
    try (Fd startSocket = new StartSocket(kernel).listen(folder.folder())) {
      return new Launch(kernel, plan, cgroup, resctrl, hookState, hooks, seccomp, privileged)
          .launch(startSocket, folder.folder());
    }
  }

  private CgroupView view(Layout layout, Cgroup cgroup) {
    boolean namespace = Namespaces.plan(bundle.spec().linux()).has(NamespaceCalls.CLONE_NEWCGROUP);
    return CgroupOf.view(layout, cgroup, namespace);
  }

  /** What {@code --debug} tells before anything is done. */
  private void describe(Cgroup cgroup) {
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

  private ContainerPlan plan(
      Layout layout,
      Cgroup cgroup,
      Fd console,
      Long signalMask,
      boolean privileged,
      boolean machinesRoot) {
    Spec spec = bundle.spec();
    Linux linux = spec.linux();
    Filter filter =
        linux == null || linux.seccomp() == null ? null : SeccompCompiler.compile(linux.seccomp());
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
            privileged,
            machinesRoot,
            InheritedFds.ofCaller(kernel, request.preserveFds()),
            console,
            filter,
            view(layout, cgroup),
            process.apparmorProfile() != null && ApparmorProfile.isEnabled(kernel),
            labels && SelinuxLabel.isEnabled(kernel),
            Capabilities.grantable(kernel, namespaces.has(NamespaceCalls.CLONE_NEWUSER)),
            signalMask),
        spec);
  }

  private ContainerState state(
      Spec spec, Hooks hooks, Cgroup cgroup, ResctrlGroup resctrl, int owner) {
    return new ContainerState(
        spec.ociVersion(),
        request.id(),
        0,
        0,
        new ClockCalls(kernel).now(),
        bundle.path(),
        bundle.rootfs(),
        owner,
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

  /** Tells init's pid to those who asked; if that fails, nothing of the container is left. */
  void tellPid(Container container) {
    int pid = container.state().initProcessPid();
    try {
      if (request.pidfdSocket() != null) {
        try (Fd socket = ConsoleSocket.connect(kernel, request.pidfdSocket())) {
          PidFile.send(kernel, socket, pid, "standard");
        }
      }
      PidFile.write(kernel, request.pidFile(), pid);
    } catch (RuntimeException e) {
      Delete.destroy(kernel, container.folder(), container.state());
      throw e;
    }
  }
}
