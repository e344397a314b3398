package dev.proa.cgroup;

import dev.proa.kernel.Fd;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;

/**
 * No cgroup at all ({@link CgroupDriver#DISABLED}): the container's processes stay where their
 * caller is. The config's limits and device rules are passed over, as by crun: who runs it so has
 * set them on its own cgroup. What needs a cgroup fails.
 */
public final class NoCgroup implements Cgroup {
  private static CgroupException missing(String what) {
    return new CgroupException(what + ": cgroups not configured for container");
  }

  @Override
  public Map<String, String> paths() {
    return Map.of();
  }

  @Override
  public void create(Resources resources) {}

  @Override
  public void undo() {}

  @Override
  public void set(Resources resources, List<DeviceRule> devices) {}

  @Override
  public Undo update(Resources resources) {
    throw missing("cannot update");
  }

  @Override
  public void updateDevices(List<DeviceRule> devices) {
    throw missing("cannot update");
  }

  @Override
  public void delegate(int uid) {}

  @Override
  public boolean joinsFromOutside() {
    return false;
  }

  @Override
  public void join(int pid) {}

  @Override
  public Fd openForClone() {
    return null;
  }

  @Override
  public void joinFromClone() {}

  @Override
  public void freeze() {
    throw missing("cannot toggle freezer");
  }

  @Override
  public void thaw() {
    throw missing("cannot toggle freezer");
  }

  @Override
  public boolean isFrozen() {
    return false;
  }

  @Override
  public List<Integer> processes() {
    return List.of();
  }

  @Override
  public void kill() {}

  @Override
  public boolean exists() {
    return false;
  }

  @Override
  public void delete() {}

  @Override
  public void removeUnused() {}

  @Override
  public Stats stats() {
    throw missing("no statistics");
  }
}
