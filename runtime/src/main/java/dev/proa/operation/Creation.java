package dev.proa.operation;

import dev.proa.handshake.StartSocket;
import dev.proa.hook.HookState;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.launch.Launch;
import dev.proa.seccomp.Filter;
import dev.proa.setup.SetupException;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.Linux;
import dev.proa.state.ContainerState;
import dev.proa.state.StateFolder;
import dev.proa.terminal.ConsoleSocket;
import java.util.ArrayList;
import java.util.List;

/** What {@code create} and {@code run} share: from the request to an init that waits. */
final class Creation {
  private final Kernel kernel;
  private final Settings settings;
  private final CreateRequest request;
  private Bundle bundle;
  private final Restoration restoration;
  private final List<String> warnings = new ArrayList<>();
  private Filter asking;

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
    CreateRules.check(kernel, settings, request, bundle);
    bundle = Notify.prepare(bundle, settings.root() + "/" + request.id());
    return new Creation(kernel, settings, request, bundle, restoration);
  }

  /** Has the learner asked about every call, in place of the config's filter. */
  void learn(SeccompLearner learner) {
    if (bundle.spec().linux() == null) {
      throw bundle.document().invalid("", "linux: required to learn a seccomp profile");
    }
    asking = learner.filter();
    bundle = bundle.with(bundle.spec().with(learner.section()));
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
    Blueprint blueprint =
        new Blueprint(kernel, settings, request, bundle, asking, console, signalMask);
    warnings.addAll(blueprint.plan().warnings());
    LastingResources lasting = LastingResources.claim(kernel, settings.root(), blueprint);
    try {
      lasting.make();
      int pid = makeInit(blueprint, lasting, console);
      ContainerState state = lasting.commit();
      if (settings.isDebug()) {
        settings.debug("init of " + request.id() + " has pid " + pid);
      }
      return Container.of(kernel, lasting.folder(), state);
    } catch (RuntimeException e) {
      String left = lasting.undo();
      if (left != null) {
        throw new SetupException(
            e.getMessage() + "; and not all could be undone, delete --force tries again: " + left);
      }
      throw e;
    }
  }

  /** Clones or restores init; its pid. */
  private int makeInit(Blueprint blueprint, LastingResources lasting, Fd console) {
    StateFolder folder = lasting.folder();
    Spec spec = bundle.spec();
    HookState hookState =
        new HookState(spec.ociVersion(), request.id(), bundle.path(), spec.annotations());
    if (restoration != null) {
      return restoration.restore(
          kernel,
          folder,
          bundle,
          blueprint.cgroup(),
          blueprint.view(),
          hookState,
          blueprint.hooks(),
          console,
          lasting::record);
    }
    Linux linux = spec.linux();
    kernel.phase("start.sock");
    try (Fd startSocket = new StartSocket(kernel).listen(folder.folder())) {
      return new Launch(
              kernel,
              blueprint.plan(),
              blueprint.cgroup(),
              blueprint.resctrl(),
              hookState,
              blueprint.hooks(),
              linux == null ? null : linux.seccomp(),
              blueprint.isPrivileged())
          .launch(startSocket, folder.folder(), lasting::record);
    }
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
