package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.spec.InvalidSpecException;
import dev.proa.spec.State;
import dev.proa.state.ContainerState;
import dev.proa.state.InitProcess;
import dev.proa.state.StateFolder;
import dev.proa.state.StateRoot;
import java.util.List;

/** {@code delete}: runtime.md, Delete. */
public final class Delete {
  private static final int ATTEMPTS = 1000;
  private static final long PAUSE = 10_000_000L; // 10 ms: ten seconds in all, as runc waits

  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Delete(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Removes the container: what is left of its processes, its cgroups, its state.
   *
   * @param force whether one that is not stopped is killed first, a missing one is no error, and a
   *     half-made or damaged one is removed as far as it is known
   * @return which poststop hooks failed, one sentence each: to be logged, no reason not to delete
   * @throws OperationException if it may not be deleted
   */
  public List<String> delete(String id, boolean force) {
    ContainerId.check(id);
    StateFolder folder = new StateRoot(kernel, settings.root()).open(id);
    if (folder == null) {
      if (force) {
        return List.of();
      }
      throw OperationException.doesNotExist();
    }
    try (folder) {
      ContainerState state = read(folder, force);
      if (state == null) {
        folder.remove();
        return List.of();
      }
      InitProcess init = new InitProcess(state.initProcessPid(), state.initProcessStart());
      if (init.isAlive(kernel)) {
        // A created one too: "Attempting to delete a container that is not stopped MUST have no
        // effect on the container and MUST generate an error" (runc and crun kill it).
        if (!force) {
          State.Status status = Container.of(kernel, folder, state).status();
          throw new OperationException(
              "cannot delete container " + id + " that is not stopped: " + status);
        }
      }
      return destroy(kernel, folder, state);
    }
  }

  private static ContainerState read(StateFolder folder, boolean force) {
    try {
      ContainerState state = folder.read();
      if (state == null && !force) {
        throw new OperationException(
            "container was never completely created; delete --force removes it");
      }
      return state;
    } catch (InvalidSpecException e) {
      if (force) {
        return null;
      }
      throw new OperationException("state is damaged: " + e.getMessage());
    }
  }

  /**
   * Kills what lives, removes the cgroups and the state, runs the poststop hooks.
   *
   * @return which of the hooks failed
   */
  static List<String> destroy(Kernel kernel, StateFolder folder, ContainerState state) {
    InitProcess init = new InitProcess(state.initProcessPid(), state.initProcessStart());
    Cgroup cgroup = CgroupOf.state(kernel, state);
    if (init.isAlive(kernel)) {
      kernel.call(ProcessCalls.kill(init.pid(), Signal.SIGKILL));
    }
    if (init.isAlive(kernel) || !cgroup.processes().isEmpty()) {
      // Not where init's pid namespace took the others with it: freezing costs milliseconds.
      cgroup.kill();
    }
    awaitEnd(kernel, init);
    cgroup.delete();
    if (state.intelRdtPath() != null) {
      ResctrlGroup.of(kernel, state.intelRdtPath(), state.intelRdtFolders()).delete();
    }
    folder.remove();
    return Hooks.poststop(kernel, state);
  }

  private static void awaitEnd(Kernel kernel, InitProcess init) {
    ClockCalls clock = new ClockCalls(kernel);
    long pause = 100_000; // 0.1 ms first: most are gone at once
    for (int i = 0; i < ATTEMPTS && init.isAlive(kernel); i++) {
      clock.sleep(pause);
      pause = Math.min(PAUSE, pause * 2);
    }
    if (init.isAlive(kernel)) {
      throw new OperationException("container init still running");
    }
  }
}
