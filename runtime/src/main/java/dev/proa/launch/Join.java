package dev.proa.launch;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.init.JoiningProcess;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.kernel.WaitStatus;
import dev.proa.seccomp.ContainerProcessState;
import dev.proa.setup.JoinPlan;
import dev.proa.setup.SetupException;
import dev.proa.spec.State;
import dev.proa.spec.linux.Seccomp;
import java.util.function.Supplier;

/**
 * Brings a new process into a running container, up to the point where it has executed its program.
 *
 * <p>One object makes one process. A failure at any point kills what was made of it and is thrown
 * as a {@link SetupException}.
 */
public final class Join {
  private final Kernel kernel;
  private final ProcessCalls process;
  private final JoinPlan plan;
  private final Cgroup cgroup;
  private final ResctrlGroup resctrl;
  private final Supplier<Cgroup> other;
  private final State state;
  private final Seccomp seccomp;

  private boolean joinsItself;
  private Channel channel;
  private int pid;

  /**
   * @param plan all that the process does
   * @param cgroup where it belongs
   * @param resctrl the container's class of service, or null
   * @param other init's own cgroup, for where the container has made groups below {@code cgroup}
   *     and none may be in it itself (cgroup2: no processes in inner nodes); null for no other
   * @param state what a seccomp agent is told
   * @param seccomp the config's section, or null
   */
  public Join(
      Kernel kernel,
      JoinPlan plan,
      Cgroup cgroup,
      ResctrlGroup resctrl,
      Supplier<Cgroup> other,
      State state,
      Seccomp seccomp) {
    this.kernel = kernel;
    this.process = new ProcessCalls(kernel);
    this.plan = plan;
    this.cgroup = cgroup;
    this.resctrl = resctrl;
    this.other = other;
    this.state = state;
    this.seccomp = seccomp;
  }

  /**
   * Makes the process and waits until it has executed its program.
   *
   * @param container init's pidfd: a name of its namespaces that no other process can get
   * @param init init's pid
   * @return the new process's pid as this process sees it
   */
  public int join(Fd container, int init) {
    kernel.phase("linux.namespaces");
    Channel.Pair pair = Channel.pair(kernel);
    channel = pair.runtime();
    boolean mountNamespace = (plan.namespaces() & NamespaceCalls.CLONE_NEWNS) != 0;
    try (Fd root =
        mountNamespace
            ? null
            : new FileCalls(kernel)
                .open("/proc/" + init + "/root", FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      Call affinity = plan.affinity() == null ? null : plan.affinity().initial(0);
      if (affinity != null) {
        kernel.must(affinity); // the clone inherits it
      }
      if (plan.staged()) {
        cloneByStage(pair.init(), container, root);
      } else {
        cloneDirectly(pair.init(), container, root);
      }
      pair.init().close();
      kernel.phase("handshake");
      if (!joinsItself) {
        joinCgroup();
        channel.send(Message.Type.GO);
      }
      if (plan.process().limitsFromOutside()) {
        channel.expect(Message.Type.LIMIT);
        plan.process().limit(kernel, pid);
        channel.send(Message.Type.GO);
      }
      if (plan.process().notifyFilter() == null) {
        channel.expect(Message.Type.READY);
      } else {
        Listener.handOn(
            kernel,
            channel,
            new ContainerProcessState(pid, seccomp.listenerMetadata(), state),
            seccomp.listenerPath());
      }
      Message failure = channel.receive(); // its end is close-on-exec: no word is the good one
      if (failure != null) {
        throw new SetupException(failure.payload());
      }
      return pid;
    } catch (Channel.PeerEnded e) {
      throw new SetupException("the process ended unexpectedly: " + end());
    } catch (Channel.PeerFailed e) {
      end();
      throw new SetupException(e.getMessage());
    } catch (RuntimeException e) {
      end();
      throw e;
    } finally {
      pair.init().close(); // still open where the clone failed
      channel.close();
    }
  }

  /** Kills what was made and reaps it; how it ended. */
  private String end() {
    if (pid <= 0) {
      return "it was never made";
    }
    kernel.call(ProcessCalls.kill(pid, Signal.SIGKILL));
    WaitStatus status = process.wait4(pid, ProcessCalls.WALL);
    return status.toString();
  }

  /** Clones into the pid namespace and, where there is cgroup2, into the cgroup. */
  private void cloneDirectly(Channel processChannel, Fd container, Fd root) {
    long pidNamespace = plan.namespaces() & NamespaceCalls.CLONE_NEWPID;
    if (pidNamespace != 0) {
      new NamespaceCalls(kernel).setns(container, pidNamespace); // for the next child
    }
    joinsItself = true;
    try (Fd directory = cgroup.openForClone()) {
      pid = process.clone3(0, Signal.SIGCHLD, directory);
    } catch (KernelException | CgroupException e) {
      // Before Linux 5.7, or a cgroup that takes no process this way: then from outside.
      joinsItself = false;
      pid = process.clone3(0, Signal.SIGCHLD, null);
    }
    if (pid == 0) {
      channel.close();
      new JoiningProcess(kernel, processChannel, plan)
          .run(!joinsItself, joinsItself ? this::joinFromClone : () -> {}, container, root);
    }
  }

  private void joinFromClone() {
    try {
      cgroup.joinFromClone();
      if (resctrl != null) {
        resctrl.join(0);
      }
    } catch (CgroupException e) {
      throw new SetupException(e.getMessage());
    }
  }

  private void joinCgroup() {
    if (resctrl != null) {
      resctrl.join(pid);
    }
    try {
      cgroup.join(pid);
    } catch (CgroupException e) {
      if (other == null || !e.is(Errno.EBUSY)) {
        throw e;
      }
      other.get().join(pid);
    }
  }

  /** A process of its own enters the namespaces and clones its sibling; see {@link JoinPlan}. */
  private void cloneByStage(Channel processChannel, Fd container, Fd root) {
    int stage = process.fork();
    if (stage == 0) {
      channel.close();
      stage(processChannel, container, root);
    }
    Message message = channel.receive();
    WaitStatus ended = process.wait4(stage, ProcessCalls.WALL);
    if (message == null) {
      throw new SetupException("the stage before the process ended unexpectedly: " + ended);
    }
    if (message.type() == Message.Type.ERROR) {
      throw new SetupException(message.payload());
    }
    pid = Integer.parseInt(message.payload());
  }

  private void stage(Channel processChannel, Fd container, Fd root) {
    try {
      kernel.must(ProcessCalls.setDumpable(false)); // CVE-2016-9962
      JoiningProcess.enter(kernel, plan, container, root);
      // CLONE_PARENT: it becomes the runtime's child, with this process's exit signal.
      int child = process.clone3(NamespaceCalls.CLONE_PARENT, 0, null);
      if (child == 0) {
        new JoiningProcess(kernel, processChannel, plan).run(true, () -> {}, null, null);
      }
      processChannel.send(Message.Type.INIT, Integer.toString(child));
      kernel.call(ProcessCalls.exit(0));
    } catch (Throwable e) { // whatever it is, this process must not return into the runtime's code
      processChannel.fail(e instanceof KernelException ? e.getMessage() : "stage: " + e);
    }
    kernel.call(ProcessCalls.exit(1));
  }
}
