package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.DeviceRules;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.resources.Resources;
import dev.proa.state.ContainerState;
import dev.proa.state.InitProcess;
import dev.proa.state.StateFolder;
import dev.proa.state.StateRoot;
import java.util.List;

/**
 * What of a new container outlives this process: its state folder, its cgroups, its class of
 * service.
 */
final class LastingResources {
  private final Kernel kernel;
  private final Blueprint blueprint;
  private final StateFolder folder;

  private final ContainerState intent;
  private ContainerState state;
  private boolean cgroupsMade;
  private boolean resctrlMade;

  private LastingResources(Kernel kernel, Blueprint blueprint, StateFolder folder) {
    this.kernel = kernel;
    this.blueprint = blueprint;
    this.folder = folder;
    this.intent = blueprint.intent();
  }

  /**
   * Makes the state folder, holds its lock, and writes down what will be there; from then on the id
   * is taken.
   *
   * @param root the folder of the containers' states
   * @throws OperationException if the id is in use
   */
  static LastingResources claim(Kernel kernel, String root, Blueprint blueprint) {
    kernel.phase("state");
    StateFolder folder = new StateRoot(kernel, root).create(blueprint.id());
    if (folder == null) {
      throw OperationException.alreadyExists();
    }
    LastingResources lasting = new LastingResources(kernel, blueprint, folder);
    try {
      folder.writeIntent(lasting.intent);
    } catch (KernelException e) {
      try (folder) {
        if (e.is(Errno.EEXIST)) { // removed by a delete and made anew by another create
          throw OperationException.alreadyExists();
        }
        folder.remove();
      }
      throw e;
    }
    return lasting;
  }

  StateFolder folder() {
    return folder;
  }

  /** Makes all of it. */
  void make() {
    folder.writeConfig(blueprint.bundle().text());
    Notify.makeFolder(kernel, folder);
    makeCgroups();
    if (blueprint.resctrl() != null) {
      kernel.phase("linux.intelRdt");
      blueprint.resctrl().create(blueprint.intelRdt());
      resctrlMade = true;
    }
  }

  private void makeCgroups() {
    Cgroup cgroup = blueprint.cgroup();
    Linux linux = blueprint.bundle().spec().linux();
    Resources resources = linux == null ? null : linux.resources();
    kernel.phase("linux.cgroupsPath");
    cgroup.create(resources);
    cgroupsMade = true;
    blueprint.cgroupsAreMade();
    kernel.phase("linux.resources");
    cgroup.set(
        resources, DeviceRules.effective(resources == null ? List.of() : resources.devices()));
    long owner = CgroupOwner.of(blueprint.bundle().spec());
    if (blueprint.isMachinesRoot() && owner >= 0) { // an ordinary user's cgroup is the user's
      cgroup.delegate((int) owner);
    }
  }

  /**
   * Writes down init, which is being made.
   *
   * @param pid init's pid, a child of this process
   */
  void record(int pid) {
    kernel.phase("state");
    state =
        intent.with(
            pid,
            InitProcess.ofChild(kernel, pid).start(),
            blueprint.cgroup().paths(),
            blueprint.plan().namespaces().paths(pid));
    folder.writeRecord(state);
  }

  /** Init is ready: the container is created. */
  ContainerState commit() {
    folder.commit();
    return state;
  }

  /**
   * Takes away what was made, with the processes that are in it.
   *
   * @return null, or what is left: then the state folder is too, for {@code delete --force}
   */
  String undo() {
    try (folder) {
      Cgroup cgroup = blueprint.cgroup();
      if (cgroupsMade) {
        cgroup.kill();
        cgroup.delete();
      }
      cgroup.undo();
      if (resctrlMade) {
        blueprint.resctrl().delete();
      }
      folder.remove();
      return null;
    } catch (CgroupException | KernelException e) {
      return e.getMessage();
    }
  }
}
