package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.DeviceList;
import dev.proa.cgroup.DeviceRules;
import dev.proa.kernel.Kernel;
import dev.proa.spec.State;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.Memory;
import dev.proa.spec.linux.resources.Resources;
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
      // Intel RDT is not there where the kernel has no resctrl; elsewhere it is not built yet.
      if (isGiven(request.l3CacheSchema())) {
        throw new OperationException("Intel RDT/CAT: l3 cache schema is not enabled");
      }
      if (isGiven(request.memBwSchema())) {
        throw new OperationException("Intel RDT/MBA: memory bandwidth schema is not enabled");
      }
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
      cgroup.update(resources);
      if (!devices.isEmpty()) {
        cgroup.set(null, devices);
      }
      return ignored(resources.memory());
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
