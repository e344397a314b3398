package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.hook.HookState;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.kernel.SocketCalls;
import dev.proa.kernel.TerminalCalls;
import dev.proa.launch.Join;
import dev.proa.seccomp.Filter;
import dev.proa.seccomp.SeccompCompiler;
import dev.proa.setup.ApparmorProfile;
import dev.proa.setup.Capabilities;
import dev.proa.setup.InheritedFds;
import dev.proa.setup.JoinPlan;
import dev.proa.setup.Namespaces;
import dev.proa.setup.SelinuxLabel;
import dev.proa.spec.ConsoleSize;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Process;
import dev.proa.spec.Spec;
import dev.proa.spec.Specs;
import dev.proa.spec.State;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Seccomp;
import dev.proa.state.ContainerState;
import dev.proa.state.InitProcess;
import dev.proa.terminal.ConsoleSocket;
import dev.proa.terminal.SignalForwarder;
import dev.proa.terminal.TerminalRelay;
import java.util.ArrayList;
import java.util.List;

/** {@code exec}: a further process in a container that lives. */
public final class Exec {
  private final Kernel kernel;
  private final Settings settings;
  private final ExecRequest request;
  private final List<String> warnings = new ArrayList<>();

  /** Over that kernel, below {@code settings.root()}. */
  public Exec(Kernel kernel, Settings settings, ExecRequest request) {
    this.kernel = kernel;
    this.settings = settings;
    this.request = request;
  }

  /**
   * Executes the process.
   *
   * @return 0 if detached; else the process's exit status, or 128 and the signal that killed it
   * @throws OperationException if the request is wrong, or the container stopped or paused
   * @throws dev.proa.spec.InvalidSpecException if the process file is wrong
   * @throws dev.proa.setup.SetupException if a step fails; nothing is left then
   */
  public int exec() {
    try (Container container = Container.look(kernel, settings, request.id())) {
      InitProcess init = container.init();
      if (!init.isAlive(kernel)) {
        throw new OperationException("cannot exec in a stopped container");
      }
      if (!request.ignorePaused() && container.cgroup().isFrozen()) {
        throw new OperationException(
            "cannot exec in a paused container (use --ignore-paused to override)");
      }
      Spec spec = Specs.trusted("config.json", container.folder().readConfig());
      Process process = process(spec.process() == null ? Process.NONE : spec.process());
      checkTerminal(process.terminal());
      try (Fd pidfd = open(init);
          Fd pidfdSocket = connect(request.launch().pidfdSocket())) {
        Joining joining = new Joining(container, spec, process, pidfd, pidfdSocket);
        if (!request.launch().detach()) {
          return inForeground(joining);
        }
        try (Fd console = connect(request.launch().consoleSocket())) {
          joining.join(console, null);
        }
        return 0;
      }
    }
  }

  /** What the process asked for and did not get, one sentence each: to be logged. */
  public List<String> warnings() {
    return warnings;
  }

  private Process process(Process container) {
    return process(kernel, request, container);
  }

  /** The process that a request asks for, with what it takes from the container's own. */
  static Process process(Kernel kernel, ExecRequest request, Process container) {
    if (request.processFile() == null) {
      return ExecProcess.of(request, container);
    }
    byte[] text =
        new FileCalls(kernel).readFile(Fd.CWD, request.processFile(), JsonDocument.MAX_BYTES);
    return ExecProcess.of(Specs.process(request.processFile(), text), container);
  }

  private void checkTerminal(boolean terminal) {
    boolean detach = request.launch().detach();
    boolean socket = request.launch().consoleSocket() != null;
    if (detach && terminal && !socket) {
      throw new OperationException(
          "cannot allocate tty if runc will detach without setting console socket");
    }
    if (socket && !(detach && terminal)) {
      throw new OperationException(
          "cannot use console socket if runc will not detach or allocate tty");
    }
  }

  private Fd open(InitProcess init) {
    Fd pidfd = init.open(kernel);
    if (pidfd == null) {
      throw new OperationException("cannot exec in a stopped container");
    }
    return pidfd;
  }

  private Fd connect(String socket) {
    return socket == null ? null : ConsoleSocket.connect(kernel, socket);
  }

  private int inForeground(Joining joining) {
    int pid = 0;
    try (SignalForwarder forwarder = SignalForwarder.begin(kernel)) {
      try {
        if (!joining.process.terminal()) {
          pid = joining.join(null, forwarder.callersMask());
          return forwarder.await(pid).code();
        }
        try (SocketCalls.Pair console =
            new SocketCalls(kernel).socketpair(SocketCalls.SOCK_STREAM)) {
          pid = joining.join(console.second(), forwarder.callersMask());
          Fd master = ConsoleSocket.receive(kernel, console.first());
          try (TerminalRelay relay = new TerminalRelay(kernel, forwarder, master)) {
            return relay.await(pid).code();
          }
        }
      } catch (RuntimeException e) {
        if (pid > 0 && forwarder.end() == null) { // nobody waits for it any more
          kernel.call(ProcessCalls.kill(pid, Signal.SIGKILL));
          PidFile.remove(kernel, request.launch().pidFile());
        }
        throw e;
      }
    }
  }

  /** One process on its way into the container. */
  private final class Joining {
    private final ContainerState state;
    private final Spec spec;
    private final Process process;
    private final Fd init;
    private final Fd pidfdSocket;

    Joining(Container container, Spec spec, Process process, Fd init, Fd pidfdSocket) {
      this.state = container.state();
      this.spec = spec;
      this.process = process.terminal() ? withCallersSize(process) : process;
      this.init = init;
      this.pidfdSocket = pidfdSocket;
    }

    /**
     * Makes the process and tells its pid to those who asked.
     *
     * @param console where it sends the master of its pseudoterminal, or null
     * @param signalMask the caller's signal mask where this process has changed its own, or null
     * @return its pid
     */
    int join(Fd console, Long signalMask) {
      Linux linux = spec.linux();
      Seccomp seccomp = linux == null ? null : linux.seccomp();
      State told =
          new HookState(spec.ociVersion(), state.id(), state.bundle(), spec.annotations())
              .state(State.Status.RUNNING, state.initProcessPid());
      JoinPlan plan = plan(linux, seccomp, console, signalMask);
      warnings.addAll(plan.process().warnings());
      int pid =
          new Join(
                  kernel,
                  plan,
                  cgroup(),
                  CgroupOf.resctrl(kernel, state),
                  request.cgroups().isEmpty() ? () -> CgroupOf.init(kernel, state) : null,
                  told,
                  seccomp)
              .join(init, state.initProcessPid());
      try {
        if (pidfdSocket != null) {
          PidFile.send(kernel, pidfdSocket, pid, "setns");
        }
        PidFile.write(kernel, request.launch().pidFile(), pid);
      } catch (RuntimeException e) {
        kernel.call(ProcessCalls.kill(pid, Signal.SIGKILL));
        throw e;
      }
      return pid;
    }

    private JoinPlan plan(Linux linux, Seccomp seccomp, Fd console, Long signalMask) {
      Filter filter = seccomp == null ? null : SeccompCompiler.compile(seccomp);
      return JoinPlan.of(
          new JoinPlan.Request(
              state.id(),
              state.annotations(),
              state.newKeyring(),
              CredentialCalls.geteuid(kernel) == 0,
              InheritedFds.ofCaller(kernel, request.launch().preserveFds()),
              console,
              filter,
              process.apparmorProfile() != null && ApparmorProfile.isEnabled(kernel),
              process.selinuxLabel() != null && SelinuxLabel.isEnabled(kernel),
              Capabilities.grantable(
                  kernel, Namespaces.plan(linux).has(NamespaceCalls.CLONE_NEWUSER)),
              signalMask),
          process,
          linux);
    }

    private Cgroup cgroup() {
      return request.cgroups().isEmpty()
          ? CgroupOf.state(kernel, state)
          : CgroupOf.below(kernel, state, request.cgroups());
    }

    /** In the foreground the process finds its terminal in the caller's size from the start. */
    private Process withCallersSize(Process process) {
      int[] size =
          process.consoleSize() != null || request.launch().detach()
              ? null
              : new TerminalCalls(kernel).size(new Fd(kernel, 0, "stdin"));
      return size == null ? process : process.with(new ConsoleSize(size[0], size[1]));
    }
  }
}
