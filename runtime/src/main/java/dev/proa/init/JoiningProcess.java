package dev.proa.init;

import dev.proa.handshake.Channel;
import dev.proa.handshake.Message;
import dev.proa.kernel.Call;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.PathCalls;
import dev.proa.kernel.ProcessCalls;
import dev.proa.setup.Inside;
import dev.proa.setup.JoinPlan;
import dev.proa.setup.ProcFs;
import dev.proa.setup.Rootfs;
import dev.proa.setup.UserNamespace;

/** A process that joins a running container: from clone3(2) to execve(2). */
public final class JoiningProcess {
  private final Kernel kernel;
  private final Channel channel;
  private final JoinPlan plan;

  /**
   * @param channel this process's end of the handshake
   * @param plan all that there is to do
   */
  public JoiningProcess(Kernel kernel, Channel channel, JoinPlan plan) {
    this.kernel = kernel;
    this.channel = channel;
    this.plan = plan;
  }

  /**
   * Joins and executes. Never returns: after setns(2) the virtual machine could not end in an
   * orderly way.
   *
   * @param waits whether the runtime puts this process into its cgroup, and says so
   * @param joinCgroup moves this process into its cgroup, where the runtime does not
   * @param container init's pidfd, or null where the namespaces are entered already
   * @param root the container's root directory where it has no mount namespace, or null
   */
  public void run(boolean waits, Runnable joinCgroup, Fd container, Fd root) {
    Channel answer = channel;
    try {
      // Nobody in the container may look into this process before it is theirs (CVE-2016-9962).
      kernel.must(ProcessCalls.setDumpable(false));
      kernel.phase("linux.cgroupsPath");
      if (waits) {
        channel.expect(Message.Type.GO);
      }
      joinCgroup.run(); // while the host's mounts are here
      if (plan.affinity() != null) {
        Call affinity = plan.affinity().last(0);
        if (affinity != null) {
          kernel.must(affinity);
        }
      }
      kernel.phase("linux.namespaces");
      if (container != null) {
        enter(kernel, plan, container, root);
      }
      Inside inside =
          new Inside(
              kernel,
              new Rootfs(
                  kernel,
                  new FileCalls(kernel).open("/", FileCalls.O_PATH | FileCalls.O_DIRECTORY)),
              new ProcFs(kernel));
      Steps.apply(plan.session(), inside);
      if (plan.process().limitsFromOutside()) {
        kernel.phase("process.rlimits");
        channel.send(Message.Type.LIMIT);
        channel.expect(Message.Type.GO);
      }
      Steps.apply(plan.process().becomeUser(), inside);
      if (plan.process().notifyFilter() != null) {
        kernel.phase("linux.seccomp");
        new SeccompListener(kernel, channel).load(plan.process().notifyFilter());
      }
      kernel.phase("handshake");
      answer = Channel.over(kernel, plan.process().closeOthers(kernel, channel.socket()));
      answer.send(Message.Type.READY);
      plan.process().execute(inside);
    } catch (Throwable e) { // whatever it is, it must reach the runtime, and this process must end
      Steps.report(answer, e);
    }
    kernel.call(ProcessCalls.exit(1));
  }

  /**
   * Enters the container's namespaces, all with one setns(2): the kernel then enters a user
   * namespace with the privileges that the others need (Linux 5.8). The pid namespace is for
   * children, so whoever clones has entered it.
   *
   * @param container init's pidfd
   * @param root the container's root directory where it has no mount namespace, or null
   */
  public static void enter(Kernel kernel, JoinPlan plan, Fd container, Fd root) {
    try (Fd procfs =
        new FileCalls(kernel).open("/proc", FileCalls.O_PATH | FileCalls.O_DIRECTORY)) {
      plan.adjustOomScore(kernel, procfs);
    }
    new NamespaceCalls(kernel).setns(container, plan.namespaces());
    container.close();
    if (root != null) {
      kernel.must(ProcessCalls.fchdir(root));
      new PathCalls(kernel).chroot(".");
      root.close();
    }
    if (plan.hasUserNamespace()) {
      UserNamespace.becomeRoot(kernel);
    }
  }
}
