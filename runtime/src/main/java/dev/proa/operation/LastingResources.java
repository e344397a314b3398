package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.DeviceRules;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.kernel.Kernel;
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

  private ContainerState intent;
  private boolean cgroupsMade;
  private boolean resctrlMade;

  private LastingResources(Kernel kernel, Blueprint blueprint, StateFolder folder) {
    this.kernel = kernel;
    this.blueprint = blueprint;
    this.folder = folder;
  }

  /**
   * Makes the state folder and holds its lock; from then on the id is taken.
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
    return new LastingResources(kernel, blueprint, folder);
  }

  StateFolder folder() {
    return folder;
  }

  /** Writes down what will be there, and makes it. */
  void make() {
    intent = blueprint.intent();
    folder.write(intent);
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
   * Writes down init, which is made.
   *
   * @param pid init's pid, a child of this process
   */
  ContainerState record(int pid) {
    kernel.phase("state");
    ContainerState state =
        intent.with(
            pid,
            InitProcess.ofChild(kernel, pid).start(),
            blueprint.cgroup().paths(),
            blueprint.plan().namespaces().paths(pid));
    folder.write(state);
    return state;
  }

  /** Takes away what was made, with the processes that are in it. */
  void undo() {
    Cgroup cgroup = blueprint.cgroup();
    if (cgroupsMade) {
      cgroup.kill();
      cgroup.delete();
    }
    cgroup.undo();
    ResctrlGroup resctrl = blueprint.resctrl();
    if (resctrlMade) {
      resctrl.delete();
    }
    folder.remove();
    folder.close();
  }
}
