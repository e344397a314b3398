package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.Layout;
import dev.proa.cgroup.Undo;
import dev.proa.cgroup.Write;
import dev.proa.cgroup.v2.SubtreeControl;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Kernel;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The limits of a container's cgroups, controller by controller. */
final class Limits {
  static final CpuSet CPU_SET = new CpuSet();
  private static final Rdma RDMA = new Rdma();

  /** In the order in which limits are set. */
  private static final List<Controller> CONTROLLERS =
      List.of(
          CPU_SET,
          new Memory(),
          new Cpu(),
          new Pids(),
          new BlkIo(),
          new HugeTlb(),
          new NetCls(),
          new NetPrio(),
          RDMA);

  /** Those that a machine in the hybrid layout may have in cgroup2, as they are there. */
  private static final List<Controller> ON_UNIFIED =
      List.of(new dev.proa.cgroup.v2.HugeTlb(), RDMA);

  private final Kernel kernel;
  private final Map<String, String> paths;
  private final Map<String, String> tops;

  /**
   * Of the cgroup at those places.
   *
   * @param paths the directory for each controller, which may become fewer
   * @param tops the mount point of each controller's hierarchy
   */
  Limits(Kernel kernel, Map<String, String> paths, Map<String, String> tops) {
    this.kernel = kernel;
    this.paths = paths;
    this.tops = tops;
  }

  /** All writes for these limits, in the order in which {@link #set} makes them. */
  static List<Write> translate(Resources resources) {
    refuseUnified(resources);
    List<Write> writes = new ArrayList<>();
    for (Controller controller : CONTROLLERS) {
      controller.translate(resources, writes);
    }
    return writes;
  }

  private static void refuseUnified(Resources resources) {
    if (!resources.unified().isEmpty()) {
      throw new CgroupException(
          "linux.resources.unified: invalid configuration: cannot use unified on cgroup v1");
    }
  }

  /** Sets the limits; {@code undo}, which may be null, learns what was there before. */
  void set(Resources resources, Undo undo) {
    if (resources == null) {
      return;
    }
    refuseUnified(resources);
    // All of it is translated before the first write: a wrong value changes nothing.
    List<List<Write>> plan = new ArrayList<>();
    for (Controller controller : CONTROLLERS) {
      List<Write> writes = new ArrayList<>();
      controller.translate(resources, writes);
      if (!writes.isEmpty() && !paths.containsKey(controller.name())) {
        writes = onUnified(controller, resources, writes);
      }
      plan.add(writes);
    }
    for (int i = 0; i < CONTROLLERS.size(); i++) {
      if (!plan.get(i).isEmpty()) {
        String name = CONTROLLERS.get(i).name();
        write(paths.getOrDefault(name, paths.get(Layout.UNIFIED)), plan.get(i), resources, undo);
      }
    }
  }

  private void write(String path, List<Write> writes, Resources resources, Undo undo) {
    try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
      if (undo != null) {
        undo.remember(files, writes);
      }
      try {
        files.write(writes);
      } catch (CgroupException e) {
        if (e.is(Errno.EBUSY) && e.getMessage().contains("/" + Memory.LIMIT)) {
          throw Memory.busy(resources, files);
        }
        throw e;
      }
    }
  }

  /** The writes for a controller that is not in version 1: it may have moved to cgroup2. */
  private List<Write> onUnified(Controller missing, Resources resources, List<Write> writes) {
    String path = paths.get(Layout.UNIFIED);
    Controller other = null;
    for (Controller candidate : ON_UNIFIED) {
      other = candidate.name().equals(missing.name()) ? candidate : other;
    }
    if (path != null
        && other != null
        && SubtreeControl.enable(kernel, path, tops.get(Layout.UNIFIED), missing.name())) {
      List<Write> there = new ArrayList<>();
      other.translate(resources, there);
      return there;
    }
    throw CgroupException.unavailable(writes.getFirst().section(), missing.name());
  }
}
