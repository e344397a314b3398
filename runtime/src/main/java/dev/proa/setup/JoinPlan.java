package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.seccomp.Filter;
import dev.proa.spec.Process;
import dev.proa.spec.linux.Linux;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that a process does that joins a running container ({@code exec}), in its order: the
 * namespaces, then {@link #session}, then {@link ProcessPlan}. Nothing of the container is made, so
 * no mounts, devices or hostname are among it.
 */
public final class JoinPlan {
  /**
   * What is asked for besides the process.
   *
   * @param id the container's id
   * @param annotations the container's
   * @param newKeyring whether the container has a session keyring of its own
   * @param privileged whether the runtime is root of its user namespace
   * @param inherited the descriptors that the process gets besides its standard ones
   * @param console where the process sends the master of its pseudoterminal, or null
   * @param filter the container's compiled seccomp section, or null
   * @param apparmor whether the kernel has AppArmor
   * @param selinux whether the kernel has SELinux
   * @param grantable the capabilities that the process can get
   * @param signalMask the caller's signal mask where the runtime has another now, or null
   */
  public record Request(
      String id,
      Map<String, String> annotations,
      boolean newKeyring,
      boolean privileged,
      InheritedFds inherited,
      Fd console,
      Filter filter,
      boolean apparmor,
      boolean selinux,
      Capabilities.Grantable grantable,
      Long signalMask) {}

  private final Namespaces namespaces;
  private final boolean privileged;
  private final OomScoreAdj oomScoreAdj;
  private final ExecCpuAffinity affinity;
  private final List<Step> session = new ArrayList<>();
  private final ProcessPlan process;

  private JoinPlan(Request request, Process process, Linux linux) {
    namespaces = Namespaces.plan(linux);
    privileged = request.privileged();
    oomScoreAdj = OomScoreAdj.plan(process.oomScoreAdj());
    affinity = ExecCpuAffinity.plan(process.execCPUAffinity());
    session.add(Session.plan());
    if (request.newKeyring()) {
      // The container's, which init has made: not the caller's.
      String label = request.selinux() ? process.selinuxLabel() : null;
      session.add(SessionKeyring.plan(request.id(), hasUserNamespace(), label));
    }
    if (affinity == null) {
      session.add(CpuAffinity.plan());
    }
    if (process.terminal()) {
      session.add(Terminal.ofJoined(process.consoleSize(), request.console()));
    }
    int mappings = linux == null ? 0 : linux.uidMappings().size();
    this.process =
        ProcessPlan.of(
            new ProcessPlan.Request(
                request.inherited(),
                request.filter(),
                User.Groups.of(request.annotations(), privileged || mappings > 1),
                hasUserNamespace(),
                request.apparmor(),
                request.selinux(),
                request.grantable(),
                request.signalMask(),
                Landlock.plan(request.annotations())),
            process,
            linux);
  }

  /**
   * Decides everything.
   *
   * @param process what to execute
   * @param linux the container's section: its namespaces, its mappings; may be null
   * @throws SetupException if it asks for what cannot be
   */
  public static JoinPlan of(Request request, Process process, Linux linux) {
    return new JoinPlan(request, process, linux);
  }

  /** The namespaces that the container does not share with the runtime, as CLONE_NEW* flags. */
  public long namespaces() {
    long flags = namespaces.created();
    for (Namespaces.Join join : namespaces.joins()) {
      flags |= join.flag();
    }
    return namespaces.user() == null ? flags : flags | NamespaceCalls.CLONE_NEWUSER;
  }

  /** Whether the container has a user namespace of its own. */
  public boolean hasUserNamespace() {
    return namespaces.has(NamespaceCalls.CLONE_NEWUSER);
  }

  /**
   * Whether an intermediate process must enter the namespaces and clone from there: an unprivileged
   * caller may enter the pid namespace only after the user namespace, which only a process of its
   * own can.
   */
  public boolean staged() {
    return hasUserNamespace() && !privileged;
  }

  /** The processors to use before and after the cgroup is joined, or null. */
  public ExecCpuAffinity affinity() {
    return affinity;
  }

  /** Sets this process's own oom_score_adj, on the host's procfs: before any namespace. */
  public void adjustOomScore(Kernel kernel, Fd procfs) {
    if (oomScoreAdj != null) {
      oomScoreAdj.applyToSelf(kernel, procfs);
    }
  }

  /** What comes first inside: the session, its keyring, its terminal. */
  public List<Step> session() {
    return session;
  }

  /** The last part: what makes it the process that is asked for. */
  public ProcessPlan process() {
    return process;
  }
}
