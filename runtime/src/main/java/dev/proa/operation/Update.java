package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.DeviceList;
import dev.proa.cgroup.DeviceRules;
import dev.proa.cgroup.Undo;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.spec.State;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.Memory;
import dev.proa.spec.linux.resources.Resources;
import dev.proa.state.ContainerState;
import java.util.List;

/**
 * {@code update}: changes the limits of a container. What is not given stays as it is; if a value
 * is refused, those that were set before it are put back.
 *
 * <p>Unlike under runc, which leaves devices alone, device rules in the file replace those in
 * force: the default ones of every container are added, and there is no moment without rules. A
 * file without rules leaves them.
 */
public final class Update {
  private static final String RESCTRL_INFO = "/sys/fs/resctrl/info/";

  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public Update(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * Sets the limits.
   *
   * @return what was asked for and ignored, one sentence each
   * @throws OperationException if the container has stopped, or a value is wrong
   */
  public List<String> update(String id, UpdateRequest request) {
    try (Container container = Container.open(kernel, settings, id)) {
      Resources resources = request.resources(kernel);
      checkIntelRdt(request, container.state());
      if (container.status() == State.Status.STOPPED) {
        throw OperationException.notRunning();
      }
      List<DeviceRule> devices = List.of();
      if (!resources.devices().isEmpty()) {
        devices = DeviceRules.effective(resources.devices());
        // Wrong rules are found before the first limit is set.
        DeviceList.of(devices, "devices");
      }
      Cgroup cgroup = container.cgroup();
      if (settings.isDebug()) {
        settings.debug("update of " + cgroup.paths() + ": " + resources);
      }
      Undo undo = cgroup.update(resources);
      try {
        ContainerState state = container.state();
        if (isGiven(request.l3CacheSchema()) || isGiven(request.memBwSchema())) {
          ResctrlGroup.of(kernel, state.intelRdtPath(), state.intelRdtFolders())
              .update(request.l3CacheSchema(), request.memBwSchema(), undo);
        }
        if (!devices.isEmpty()) {
          cgroup.updateDevices(devices);
        }
      } catch (CgroupException e) {
        throw undo.restore(kernel, e);
      }
      return ignored(resources.memory());
    }
  }

  /** Whether the machine has what the schemata are for, and the container a class of its own. */
  private void checkIntelRdt(UpdateRequest request, ContainerState state) {
    boolean cache = isGiven(request.l3CacheSchema());
    boolean bandwidth = isGiven(request.memBwSchema());
    FileCalls files = new FileCalls(kernel);
    if (cache && !files.exists(Fd.CWD, RESCTRL_INFO + "L3")) {
      throw new OperationException("Intel RDT/CAT: l3 cache schema is not enabled");
    }
    if (bandwidth && !files.exists(Fd.CWD, RESCTRL_INFO + "MB")) {
      throw new OperationException("Intel RDT/MBA: memory bandwidth schema is not enabled");
    }
    if ((cache || bandwidth) && state.intelRdtPath() == null) {
      throw new OperationException(
          "Intel RDT: the container has no class of service, since its config has no intelRdt");
    }
  }

  private static List<String> ignored(Memory memory) {
    boolean kernelMemory = memory != null && (isSet(memory.kernel()) || isSet(memory.kernelTCP()));
    return kernelMemory
        ? List.of("Kernel memory settings are ignored and will be removed")
        : List.of();
  }

  private static boolean isSet(Long value) {
    return value != null && value != 0;
  }

  private static boolean isGiven(String text) {
    return text != null && !text.isEmpty();
  }
}
