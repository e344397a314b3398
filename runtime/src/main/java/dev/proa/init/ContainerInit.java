package dev.proa.init;

import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.handshake.StartSocket;
import dev.proa.hook.HookException;
import dev.proa.hook.HookRunner;
import dev.proa.hook.HookState;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.setup.ContainerPlan;
import dev.proa.setup.Inside;
import dev.proa.setup.Namespaces;
import dev.proa.setup.SetupException;
import dev.proa.spec.Hooks;
import dev.proa.spec.State;
import java.util.List;

/** The container's first process: from clone3(2) to execve(2). */
public final class ContainerInit {
  private final Kernel kernel;
  private final Channel channel;
  private final ContainerPlan plan;
  private final HookState hookState;
  private final Hooks hooks;

  /**
   * @param channel init's end of the handshake
   * @param plan all that there is to do
   * @param hookState what hooks are told
   * @param hooks the config's hooks
   */
  public ContainerInit(
      Kernel kernel, Channel channel, ContainerPlan plan, HookState hookState, Hooks hooks) {
    this.kernel = kernel;
    this.channel = channel;
    this.plan = plan;
    this.hookState = hookState;
    this.hooks = hooks;
  }

  /**
   * Makes the container and waits for the start. Never returns: after pivot_root(2) the virtual
   * machine could not end in an orderly way.
   *
   * @param joins the namespaces that are still to be joined
   * @param startSocket the listening socket
   * @param joinCgroup moves this process into its cgroup, where the runtime has not done it
   */
  public void run(List<Namespaces.Opened> joins, Fd startSocket, Runnable joinCgroup) {
    Channel answer = channel;
    try {
      kernel.phase("handshake");
      int pid = Integer.parseInt(channel.expect(Message.Type.GO));
      kernel.phase("linux.cgroupsPath");
      joinCgroup.run(); // while the host's mounts are here, and before the cgroup namespace
      kernel.phase("linux.namespaces");
      enterNamespaces(joins);
      Inside inside = plan.inside(kernel);
      Steps.apply(plan.session(), inside);
      Steps.apply(plan.prepareRootfs(), inside);
      if (!hooks.prestart().isEmpty() || !hooks.createRuntime().isEmpty()) {
        kernel.phase("handshake");
        channel.send(Message.Type.MOUNTED);
        channel.expect(Message.Type.GO);
      }
      runHooks("createContainer", hooks.createContainer(), State.Status.CREATING, pid);
      Steps.apply(plan.enterRootfs(), inside);
      Steps.apply(plan.finishRootfs(), inside);
      if (plan.process().limitsFromOutside()) {
        kernel.phase("process.rlimits");
        channel.send(Message.Type.LIMIT);
        channel.expect(Message.Type.GO);
      }
      channel.expect(Message.Type.RECORDED); // never an init that no state names
      if (plan.hidesInit()) {
        // From here on it has no more privileges than other processes of the container, which must
        // not look into it while it waits for its start, nor keep it from its filter
        // (CVE-2016-9962).
        kernel.phase("session");
        kernel.must(ProcessCalls.setDumpable(false));
      }
      Steps.apply(plan.process().becomeUser(), inside);
      kernel.phase("handshake");
      Fd[] kept = plan.process().closeOthers(kernel, channel.socket(), startSocket);
      answer = Channel.over(kernel, kept[0]);
      if (plan.process().notifyFilter() != null) {
        kernel.phase("linux.seccomp");
        new SeccompListener(kernel, answer).load(plan.process().notifyFilter());
      }
      kernel.phase("handshake");
      answer.send(Message.Type.READY);
      answer.close();
      start(kept[1], inside);
    } catch (Throwable e) { // whatever it is, it must reach the runtime, and this process must end
      Steps.report(answer, e);
    }
    kernel.call(ProcessCalls.exit(1));
  }

  private void enterNamespaces(List<Namespaces.Opened> joins) {
    for (int i = 0; i < joins.size(); i++) {
      Namespaces.enter(kernel, joins.get(i));
      joins.get(i).fd().close();
    }
    if (plan.namespaces().creates(NamespaceCalls.CLONE_NEWCGROUP)) {
      new NamespaceCalls(kernel).unshare(NamespaceCalls.CLONE_NEWCGROUP);
    }
  }

  private void runHooks(String kind, List<dev.proa.spec.Hook> list, State.Status status, int pid) {
    if (list.isEmpty()) {
      return;
    }
    kernel.phase("hooks." + kind);
    new HookRunner(kernel)
        .run(kind, list, hookState.text(status, pid), plan.process().environment());
  }

  /** Waits for the start, runs the startContainer hooks, executes the process. */
  private void start(Fd startSocket, Inside inside) {
    kernel.phase("start");
    StartSocket socket = new StartSocket(kernel);
    Fd connection = socket.awaitGo(startSocket);
    while (!plan.process().isThere()) {
      // runtime.md, Start: "This operation MUST generate an error if process was not set"; and an
      // error leaves everything as if the operation were never attempted.
      socket.fail(connection, "process: required to start a container");
      connection.close();
      connection = socket.awaitGo(startSocket);
    }
    startSocket.close();
    Fd answer = plan.process().closeOthers(kernel, connection);
    try {
      runHooks(
          "startContainer",
          hooks.startContainer(),
          State.Status.CREATED,
          new ProcessCalls(kernel).getpid());
      plan.process().execute(inside);
    } catch (KernelException | SetupException | HookException e) {
      socket.fail(answer, e.getMessage());
    } catch (RuntimeException e) { // without a word the starter would take it for running
      socket.fail(answer, "init: " + e);
    }
  }
}
