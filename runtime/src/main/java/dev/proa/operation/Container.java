package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.handshake.StartSocket;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.InvalidSpecException;
import dev.proa.spec.State;
import dev.proa.state.ContainerState;
import dev.proa.state.InitProcess;
import dev.proa.state.StateFolder;
import dev.proa.state.StateRoot;

/** An existing container: its state folder, its state, and what the kernel says of it. */
final class Container implements AutoCloseable {
  private final Kernel kernel;
  private final StateFolder folder;
  private final ContainerState state;

  private Container(Kernel kernel, StateFolder folder, ContainerState state) {
    this.kernel = kernel;
    this.folder = folder;
    this.state = state;
  }

  /** Opens a container and holds its lock. */
  static Container open(Kernel kernel, Settings settings, String id) {
    ContainerId.check(id);
    return of(kernel, new StateRoot(kernel, settings.root()).open(id));
  }

  /** Opens a container to look at it or to signal it, without the lock. */
  static Container look(Kernel kernel, Settings settings, String id) {
    ContainerId.check(id);
    return of(kernel, new StateRoot(kernel, settings.root()).look(id));
  }

  /**
   * The container of that folder, which may be null.
   *
   * @throws OperationException if there is none of that id, or its state is damaged or was never
   *     written: {@code delete --force} removes such a one
   */
  private static Container of(Kernel kernel, StateFolder folder) {
    if (folder == null) {
      throw OperationException.doesNotExist();
    }
    try {
      ContainerState state = folder.read();
      if (state == null) {
        state = intent(folder);
      }
      return new Container(kernel, folder, state);
    } catch (InvalidSpecException e) {
      folder.close();
      throw new OperationException("state is damaged: " + e.getMessage());
    } catch (OperationException | KernelException e) {
      folder.close();
      throw e;
    }
  }

  /** What is there of one that is being made, or was given up half-made. */
  private static ContainerState intent(StateFolder folder) {
    ContainerState intent = null;
    boolean busy = folder.isBusy();
    try {
      intent = folder.readIntent();
    } catch (InvalidSpecException e) {
      if (!busy) {
        throw e;
      }
    }
    if (intent == null) {
      throw busy ? OperationException.doesNotExist() : OperationException.neverCreated();
    }
    return intent;
  }

  /** Over a folder that is open already. */
  static Container of(Kernel kernel, StateFolder folder, ContainerState state) {
    return new Container(kernel, folder, state);
  }

  StateFolder folder() {
    return folder;
  }

  ContainerState state() {
    return state;
  }

  InitProcess init() {
    return new InitProcess(state.initProcessPid(), state.initProcessStart());
  }

  Cgroup cgroup() {
    return CgroupOf.state(kernel, state);
  }

  /** Its status, by the spec's words and {@code paused}. */
  State.Status status() {
    if (state.initProcessPid() == 0 && folder.isBusy()) {
      return State.Status.CREATING;
    }
    if (!init().isAlive(kernel)) {
      return State.Status.STOPPED;
    }
    // First: a created container can be paused too.
    if (cgroup().isFrozen()) {
      return State.Status.PAUSED;
    }
    return isWaiting() ? State.Status.CREATED : State.Status.RUNNING;
  }

  /** Whether init listens for the start. */
  private boolean isWaiting() {
    try (Fd connection = new StartSocket(kernel).connect(folder.folder())) {
      return connection != null;
    }
  }

  /** Lets others have the lock; nothing can be asked of the folder afterwards. */
  void unlock() {
    folder.close();
  }

  @Override
  public void close() {
    folder.close();
  }
}
