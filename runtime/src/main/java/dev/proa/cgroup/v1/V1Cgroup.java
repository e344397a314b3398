package dev.proa.cgroup.v1;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.CgroupTree;
import dev.proa.cgroup.DeviceList;
import dev.proa.cgroup.Layout;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Tolerance;
import dev.proa.cgroup.Undo;
import dev.proa.cgroup.Write;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A container's cgroups in the version 1 hierarchies, and in cgroup2 where it is beside them. */
public final class V1Cgroup implements Cgroup {
  private final Kernel kernel;
  private final CgroupTree tree;
  private final Freezer freezer;
  private final LinkedHashMap<String, String> paths;
  private final Map<String, String> tops;
  private final Tolerance tolerance;
  private final Limits limits;
  private final List<String> made = new ArrayList<>();

  /**
   * At those places.
   *
   * @param paths the directory for each controller; {@link Layout#UNIFIED} is cgroup2's
   * @param tops the mount point of each controller's hierarchy; needed to create only
   */
  public V1Cgroup(
      Kernel kernel, Map<String, String> paths, Map<String, String> tops, Tolerance tolerance) {
    this.kernel = kernel;
    this.tree = new CgroupTree(kernel);
    this.freezer = new Freezer(tree);
    this.paths = new LinkedHashMap<>(paths);
    this.tops = tops;
    this.tolerance = tolerance;
    this.limits = new Limits(kernel, this.paths, tops);
  }

  @Override
  public Map<String, String> paths() {
    return Map.copyOf(paths);
  }

  /** Each directory once: controllers that are mounted together share theirs. */
  private Set<String> directories() {
    return new LinkedHashSet<>(paths.values());
  }

  @Override
  public void create(Resources resources) {
    try {
      for (Map.Entry<String, String> entry : List.copyOf(paths.entrySet())) {
        try {
          create(entry.getKey(), entry.getValue(), resources);
        } catch (CgroupException e) {
          if (!tolerance.missing() || !e.isPermission()) {
            throw e;
          }
          paths.remove(entry.getKey());
        }
      }
    } catch (CgroupException e) {
      undo();
      throw e;
    }
  }

  private void create(String controller, String path, Resources resources) {
    boolean fresh = tree.make(path, made);
    if (!fresh && !made.contains(path) && !tolerance.occupied()) {
      tree.refuseProcesses(path);
      if (controller.equals("freezer") && isFrozen()) {
        throw new CgroupException("container's cgroup unexpectedly frozen");
      }
    }
    switch (controller) {
      case "cpuset" -> Limits.CPU_SET.inherit(kernel, path, tops.get(controller), resources);
      case "cpu" -> {
        List<Write> writes = new ArrayList<>();
        Cpu.translateRealtime(resources, writes);
        write(path, writes);
      }
      default -> {}
    }
  }

  @Override
  public void undo() {
    tree.unmake(made);
  }

  @Override
  public void set(Resources resources, List<DeviceRule> devices) {
    if (!devices.isEmpty() && !tolerance.devices()) {
      setDevices(DeviceList.of(devices, Devices.SECTION), false);
    }
    limits.set(resources, null);
  }

  private void setDevices(DeviceList wanted, boolean inUse) {
    String path = paths.get("devices");
    if (path == null) {
      if (tolerance.missing()) {
        return;
      }
      throw CgroupException.unavailable(Devices.SECTION, "devices");
    }
    try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
      if (inUse) {
        Devices.replace(files, wanted);
      } else {
        Devices.set(files, wanted);
      }
    }
  }

  /** All writes for these limits, in the order in which {@link #set} makes them. */
  public static List<Write> translate(Resources resources) {
    return Limits.translate(resources);
  }

  @Override
  public Undo update(Resources resources) {
    Undo undo = new Undo();
    try {
      limits.set(resources, undo);
    } catch (CgroupException e) {
      throw undo.restore(kernel, e);
    }
    return undo;
  }

  @Override
  public void updateDevices(List<DeviceRule> devices) {
    if (!tolerance.devices()) {
      setDevices(DeviceList.of(devices, Devices.SECTION), true);
    }
  }

  private void write(String path, List<Write> writes) {
    if (!writes.isEmpty()) {
      try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
        files.write(writes);
      }
    }
  }

  @Override
  public void delegate(int uid) {}

  @Override
  public boolean joinsFromOutside() {
    return false;
  }

  @Override
  public void join(int pid) {
    for (String path : directories()) {
      try {
        tree.join(path, pid);
      } catch (CgroupException e) {
        if (!tolerance.missing() || !e.isPermission()) {
          throw e;
        }
      }
    }
  }

  /** In the hybrid layout: CLONE_INTO_CGROUP knows cgroup2 only. */
  @Override
  public Fd openForClone() {
    String path = paths.get(Layout.UNIFIED);
    return path == null
        ? null
        : new FileCalls(kernel).open(path, FileCalls.O_PATH | FileCalls.O_DIRECTORY);
  }

  @Override
  public void joinFromClone() {
    String unified = paths.get(Layout.UNIFIED);
    for (String path : directories()) {
      if (path.equals(unified)) {
        continue;
      }
      try {
        tree.joinSelf(path);
      } catch (CgroupException e) {
        if (!tolerance.missing() || !e.isPermission()) {
          throw e;
        }
      }
    }
  }

  private CgroupFiles openFreezer() {
    String path = paths.get("freezer");
    if (path == null) {
      throw new CgroupException("cannot toggle freezer: cgroups not configured for container");
    }
    return CgroupFiles.open(kernel, path);
  }

  @Override
  public void freeze() {
    try (CgroupFiles files = openFreezer()) {
      freezer.freeze(files);
    }
  }

  @Override
  public void thaw() {
    try (CgroupFiles files = openFreezer()) {
      freezer.thaw(files);
    }
  }

  @Override
  public boolean isFrozen() {
    String path = paths.get("freezer");
    if (path == null) {
      return false;
    }
    try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, path)) {
      return files != null && freezer.isFrozen(files);
    }
  }

  /** All hierarchies hold the same processes; the one that stands for them, or null. */
  private String anyPath() {
    String devices = paths.get("devices");
    return devices != null || paths.isEmpty() ? devices : paths.values().iterator().next();
  }

  @Override
  public List<Integer> processes() {
    String path = anyPath();
    return path == null ? List.of() : tree.processes(path);
  }

  @Override
  public void kill() {
    String path = anyPath();
    if (path == null) {
      return;
    }
    boolean frozen = false;
    try {
      freeze();
      frozen = true;
    } catch (CgroupException e) {
      // Without a freezer, or with one that does not get there: round after round instead.
    }
    try {
      tree.kill(path, frozen);
    } finally {
      thawIfPresent();
    }
  }

  /** Frozen processes die only once they are thawed. */
  private void thawIfPresent() {
    String path = paths.get("freezer");
    if (path != null) {
      try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, path)) {
        if (files != null) {
          freezer.thaw(files);
        }
      }
    }
  }

  @Override
  public boolean exists() {
    String path = anyPath();
    if (path == null) {
      return false;
    }
    try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, path)) {
      return files != null;
    }
  }

  @Override
  public void delete() {
    CgroupException failure = null;
    for (String path : directories()) {
      try {
        tree.remove(path);
      } catch (CgroupException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void removeUnused() {
    for (String path : directories()) {
      tree.removeUnused(path);
    }
  }

  @Override
  public Stats stats() {
    return new V1Stats(kernel, paths).read();
  }
}
