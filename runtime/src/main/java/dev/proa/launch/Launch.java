package dev.proa.launch;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.hook.HookRunner;
import dev.proa.hook.HookState;
import dev.proa.init.ContainerInit;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.kernel.WaitStatus;
import dev.proa.seccomp.ContainerProcessState;
import dev.proa.setup.ContainerPlan;
import dev.proa.setup.MovedDevices;
import dev.proa.setup.Namespaces;
import dev.proa.setup.SetupException;
import dev.proa.spec.Hook;
import dev.proa.spec.Hooks;
import dev.proa.spec.State;
import dev.proa.spec.linux.Seccomp;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Makes a container's init process and brings it to the point where it waits for the start.
 *
 * <p>One object makes one init. A failure at any point kills what was made of it and is thrown as a
 * {@link SetupException}; the cgroup is the caller's to remove.
 */
public final class Launch {
  private final Kernel kernel;
  private final ProcessCalls process;
  private final ContainerPlan plan;
  private final Cgroup cgroup;
  private final ResctrlGroup resctrl;
  private final HookState hookState;
  private final Hooks hooks;
  private final Seccomp seccomp;
  private final IdMaps idMaps;

  private boolean joinsItself;
  private Channel channel;
  private MovedDevices devices;
  private int init;

  /**
   * @param plan all that init does
   * @param cgroup made already, with its limits set
   * @param resctrl made already, or null
   * @param hookState what hooks are told
   * @param hooks the config's hooks
   * @param seccomp the config's section, or null
   * @param privileged whether the runtime is root in its user namespace
   */
  public Launch(
      Kernel kernel,
      ContainerPlan plan,
      Cgroup cgroup,
      ResctrlGroup resctrl,
      HookState hookState,
      Hooks hooks,
      Seccomp seccomp,
      boolean privileged) {
    this.kernel = kernel;
    this.process = new ProcessCalls(kernel);
    this.plan = plan;
    this.cgroup = cgroup;
    this.resctrl = resctrl;
    this.hookState = hookState;
    this.hooks = hooks;
    this.seccomp = seccomp;
    this.idMaps = new IdMaps(kernel, privileged);
  }

  /**
   * Brings init to the point where it waits on the start socket.
   *
   * @param startSocket the listening socket, which init inherits
   * @param lock the state folder, which init must not inherit: its lock would stay with it
   * @param record writes init's pid down; called once it is in its cgroup, while it goes on
   * @return init's pid as this process sees it
   */
  public int launch(Fd startSocket, Fd lock, IntConsumer record) {
    plan.openSources(kernel);
    kernel.phase("linux.namespaces");
    Channel.Pair pair = Channel.pair(kernel);
    channel = pair.runtime();
    try {
      cloneInit(pair.init(), startSocket, lock);
      pair.init().close();
      if (!plan.namespaces().staged()) {
        mapIds(init);
      }
      if (!joinsItself) {
        kernel.phase("linux.cgroupsPath");
        cgroup.join(init);
      }
      if (resctrl != null) {
        kernel.phase("linux.intelRdt");
        resctrl.join(init);
      }
      applyFromOutside();
      kernel.phase("handshake");
      channel.send(Message.Type.GO, Integer.toString(init));
      record.accept(init);
      if (!hooks.prestart().isEmpty() || !hooks.createRuntime().isEmpty()) {
        channel.expect(Message.Type.MOUNTED);
        // The step after the creation (runtime.md, Lifecycle), whatever runc calls it.
        runHooks("prestart", hooks.prestart(), State.Status.CREATED);
        runHooks("createRuntime", hooks.createRuntime(), State.Status.CREATING);
        kernel.phase("handshake");
        channel.send(Message.Type.GO);
      }
      if (plan.process().limitsFromOutside()) {
        channel.expect(Message.Type.LIMIT);
        plan.process().limit(kernel, init);
        channel.send(Message.Type.GO);
      }
      channel.tell(Message.Type.RECORDED);
      if (plan.process().notifyFilter() == null) {
        channel.expect(Message.Type.READY);
      } else {
        State state = hookState.state(State.Status.CREATING, init);
        Listener.handOn(
            kernel,
            channel,
            new ContainerProcessState(init, seccomp.listenerMetadata(), state),
            seccomp.listenerPath());
      }
      return init;
    } catch (Channel.PeerEnded e) {
      throw undone(new SetupException("init ended unexpectedly: " + end()));
    } catch (Channel.PeerFailed e) {
      end();
      throw undone(new SetupException(e.getMessage()));
    } catch (RuntimeException e) {
      end();
      throw undone(e);
    } finally {
      pair.init().close(); // still open where the clone failed
      channel.close();
      if (devices != null) {
        devices.close();
      }
    }
  }

  /** What is thrown, once the network devices are the runtime's again. */
  private RuntimeException undone(RuntimeException failure) {
    return devices == null ? failure : devices.takeBack(failure);
  }

  private void applyFromOutside() {
    try (Fd procfs =
        new FileCalls(kernel).open("/proc", FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      devices = plan.applyFromOutside(kernel, procfs, init);
    }
  }

  /** Kills what was made of init and reaps it; how it ended. */
  private String end() {
    if (init <= 0) {
      return "it was never made";
    }
    kernel.call(ProcessCalls.kill(init, Signal.SIGKILL));
    WaitStatus status = process.wait4(init, ProcessCalls.WALL);
    return status.toString();
  }

  private void cloneInit(Channel initChannel, Fd startSocket, Fd lock) {
    Namespaces namespaces = plan.namespaces();
    List<Namespaces.Opened> joins = namespaces.open(kernel);
    Namespaces.Opened user =
        namespaces.user() == null ? null : Namespaces.open(kernel, namespaces.user());
    if (namespaces.staged()) {
      cloneByStage(initChannel, startSocket, lock, joins, user);
    } else {
      cloneDirectly(initChannel, startSocket, lock, joins);
    }
    for (Namespaces.Opened join : joins) {
      join.fd().close();
    }
    if (user != null) {
      user.fd().close();
    }
  }

  private void cloneDirectly(
      Channel initChannel, Fd startSocket, Fd lock, List<Namespaces.Opened> joins) {
    Namespaces.Opened pid = null;
    for (Namespaces.Opened join : joins) {
      if (join.join().flag() == NamespaceCalls.CLONE_NEWPID) {
        pid = join;
      }
    }
    if (pid != null) {
      joins.remove(pid);
      joinPidNamespace(pid, () -> cloneDirectly(initChannel, startSocket, lock, joins));
      return;
    }
    cloneIntoCgroup();
    if (init == 0) {
      lock.close();
      channel.close();
      new ContainerInit(kernel, initChannel, plan, hookState, hooks)
          .run(joins, startSocket, this::joinFromInit);
    }
  }

  /**
   * Clones init; in its cgroup2, and so that it joins the other hierarchies itself, unless it will
   * be in a user namespace, whose root may not write there, or the cgroup is made around it.
   */
  private void cloneIntoCgroup() {
    long flags = plan.namespaces().cloned();
    joinsItself =
        !plan.namespaces().has(NamespaceCalls.CLONE_NEWUSER) && !cgroup.joinsFromOutside();
    if (joinsItself) {
      try (Fd directory = cgroup.openForClone()) {
        init = process.clone3(flags, Signal.SIGCHLD, directory);
        return;
      } catch (KernelException e) {
        // Before Linux 5.7, or a cgroup that takes no process this way: then from outside.
        joinsItself = false;
      }
    }
    init = process.clone3(flags, Signal.SIGCHLD, null);
  }

  private void joinFromInit() {
    if (joinsItself) {
      try {
        cgroup.joinFromClone();
      } catch (CgroupException e) {
        throw new SetupException(e.getMessage());
      }
    }
  }

  /** Clones inside a pid namespace; the runtime's later children are in its own again. */
  private void joinPidNamespace(Namespaces.Opened pid, Runnable clone) {
    Namespaces.Join own =
        new Namespaces.Join(NamespaceCalls.CLONE_NEWPID, "/proc/self/ns/pid", "pid namespace");
    Namespaces.Opened before = Namespaces.open(kernel, own);
    Namespaces.enter(kernel, pid);
    clone.run();
    Namespaces.enter(kernel, before);
    before.fd().close();
    pid.fd().close();
  }

  private void cloneByStage(
      Channel initChannel,
      Fd startSocket,
      Fd lock,
      List<Namespaces.Opened> joins,
      Namespaces.Opened user) {
    int stage = process.fork();
    if (stage == 0) {
      lock.close();
      channel.close();
      new Stage(kernel, initChannel, plan, hookState, hooks).run(joins, user, startSocket);
    }
    try {
      Message message = channel.receive();
      if (message != null && message.type() == Message.Type.MAP_IDS) {
        mapIds(stage);
        channel.send(Message.Type.GO);
        message = channel.receive();
      }
      if (message != null && message.type() == Message.Type.INIT) {
        init = Integer.parseInt(message.payload());
      } else if (message != null) {
        throw new SetupException(message.payload());
      }
    } finally {
      if (init == 0) {
        kernel.call(ProcessCalls.kill(stage, Signal.SIGKILL));
      }
      WaitStatus ended = process.wait4(stage, ProcessCalls.WALL);
      if (init == 0 && ended.code() != 1) {
        init = -1;
      }
    }
    if (init <= 0) {
      throw new SetupException("the stage before init ended unexpectedly");
    }
  }

  private void mapIds(int pid) {
    if (plan.namespaces().creates(NamespaceCalls.CLONE_NEWUSER)) {
      idMaps.write(pid, plan.uidMappings(), plan.gidMappings());
    }
  }

  private void runHooks(String kind, List<Hook> list, State.Status status) {
    if (list.isEmpty()) {
      return;
    }
    kernel.phase("hooks." + kind);
    new HookRunner(kernel).run(kind, list, hookState.text(status, init), List.of());
  }
}
