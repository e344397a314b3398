package dev.proa.operation;

import dev.proa.kernel.Kernel;
import dev.proa.spec.State;
import dev.proa.state.ContainerState;
import dev.proa.state.StateFolder;
import dev.proa.state.StateRoot;
import java.util.List;

/** {@code delete}: runtime.md, Delete. */
public final class Delete {
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
      Remains remains = Remains.of(folder);
      if (!force) {
        refuse(id, folder, remains);
      }
      List<String> warnings = remains.destroy(kernel, folder);
      return remains.state() == null && remains.damage() != null
          ? List.of("state was damaged, what else belonged to it is not known: " + remains.damage())
          : warnings;
    }
  }

  private void refuse(String id, StateFolder folder, Remains remains) {
    if (remains.damage() != null) {
      throw new OperationException("state is damaged: " + remains.damage());
    }
    if (remains.state() == null) {
      throw OperationException.neverCreated();
    }
    // A created one too: "Attempting to delete a container that is not stopped MUST have no
    // effect on the container and MUST generate an error" (runc and crun kill it).
    if (remains.complete() && remains.init().isAlive(kernel)) {
      State.Status status = Container.of(kernel, folder, remains.state()).status();
      throw new OperationException(
          "cannot delete container " + id + " that is not stopped: " + status);
    }
  }

  /** Removes a container that was created: kills it, runs the poststop hooks. */
  static List<String> destroy(Kernel kernel, StateFolder folder, ContainerState state) {
    return new Remains(state, true, true, null).destroy(kernel, folder);
  }
}
