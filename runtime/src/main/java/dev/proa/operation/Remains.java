package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.handshake.StartSocket;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.ProcessCalls;
import dev.proa.kernel.Signal;
import dev.proa.spec.InvalidSpecException;
import dev.proa.state.ContainerState;
import dev.proa.state.InitProcess;
import dev.proa.state.StateFolder;
import java.util.List;

/**
 * What there is of a container, complete, half-made or with a damaged state: as much as its folder
 * still tells.
 *
 * @param state the best that is known, or null for nothing; without a pid where only the intent is
 * @param made whether the cgroups are the container's; not before the runtime came to its init
 * @param complete whether the container was created
 * @param damage which file cannot be read and why, or null
 */
record Remains(ContainerState state, boolean made, boolean complete, String damage) {
  private static final int ATTEMPTS = 1000;
  private static final long PAUSE = 10_000_000L; // 10 ms: ten seconds in all, as runc waits

  /** Looks into the folder, whose lock the caller holds. */
  static Remains of(StateFolder folder) {
    String damage = null;
    try {
      ContainerState state = folder.read();
      if (state != null) {
        return new Remains(state, true, true, null);
      }
    } catch (InvalidSpecException e) {
      damage = e.getMessage();
    }
    boolean made = damage != null || hasInit(folder);
    ContainerState state = made ? record(folder) : null;
    try {
      state = state == null ? folder.readIntent() : state;
    } catch (InvalidSpecException e) {
      if (made && damage == null) {
        damage = e.getMessage();
      } // else killed while it wrote, before anything was made
    }
    return new Remains(state, made, false, damage);
  }

  /** Whether the runtime came to the making of init; see the package {@code state}. */
  private static boolean hasInit(StateFolder folder) {
    return folder.has(StartSocket.NAME) || folder.has(StateFolder.CRIU_ROOT);
  }

  /** The init that the killed runtime had written down, or null. */
  private static ContainerState record(StateFolder folder) {
    try {
      return folder.readRecord();
    } catch (InvalidSpecException e) {
      return null; // killed while it wrote: then init has not gone on
    }
  }

  /** The first process; of one that was not written down, one that never lives. */
  InitProcess init() {
    return state == null
        ? new InitProcess(0, 0)
        : new InitProcess(state.initProcessPid(), state.initProcessStart());
  }

  /**
   * Kills what lives, removes the cgroups and the state, runs the poststop hooks.
   *
   * @return which of the hooks failed
   */
  List<String> destroy(Kernel kernel, StateFolder folder) {
    if (state == null) {
      folder.remove();
      return List.of();
    }
    Cgroup cgroup = CgroupOf.state(kernel, state);
    ResctrlGroup resctrl = CgroupOf.resctrl(kernel, state);
    if (made) {
      kill(kernel, cgroup);
      cgroup.delete();
      if (resctrl != null) {
        resctrl.delete();
      }
    } else {
      cgroup.removeUnused();
      if (resctrl != null) {
        resctrl.removeUnused();
      }
    }
    folder.remove();
    return Hooks.poststop(kernel, state);
  }

  private void kill(Kernel kernel, Cgroup cgroup) {
    InitProcess init = init();
    if (init.isAlive(kernel)) {
      kernel.call(ProcessCalls.kill(init.pid(), Signal.SIGKILL));
    }
    if (init.isAlive(kernel) || !cgroup.processes().isEmpty()) {
      // Not where init's pid namespace took the others with it: freezing costs milliseconds.
      cgroup.kill();
    }
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
