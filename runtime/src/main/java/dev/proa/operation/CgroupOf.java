package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.Cgroups;
import dev.proa.cgroup.CgroupsPath;
import dev.proa.cgroup.Layout;
import dev.proa.cgroup.Tolerance;
import dev.proa.kernel.Kernel;
import dev.proa.setup.CgroupView;
import dev.proa.state.ContainerState;
import java.util.ArrayList;
import java.util.List;

/** A container's cgroup, new or known, and what its cgroup mount shows of it. */
final class CgroupOf {
  private CgroupOf() {}

  /** The cgroup of a container that is there. */
  static Cgroup state(Kernel kernel, ContainerState state) {
    boolean rootless = state.owner() != 0;
    return Cgroups.of(kernel, state.cgroupPaths(), new Tolerance(rootless, rootless));
  }

  /** The cgroup of a new container; nothing is made yet. */
  static Cgroup plan(Kernel kernel, Layout layout, String path, String id, boolean rootless) {
    CgroupsPath place = CgroupsPath.of(path, id);
    return Cgroups.plan(kernel, layout, place, Tolerance.of(rootless, false, place));
  }

  /** What the container's mount of type cgroup shows. */
  static CgroupView view(Layout layout, Cgroup cgroup, boolean namespace) {
    List<CgroupView.Hierarchy> hierarchies = new ArrayList<>();
    for (Layout.Hierarchy hierarchy : layout.hierarchies()) {
      String controller = hierarchy.controller();
      if (!controller.equals(Layout.UNIFIED) && cgroup.paths().containsKey(controller)) {
        String mountPoint = hierarchy.mountPoint();
        hierarchies.add(
            new CgroupView.Hierarchy(
                mountPoint.substring(mountPoint.lastIndexOf('/') + 1),
                controller,
                cgroup.paths().get(controller)));
      }
    }
    return new CgroupView(
        layout.isUnified(), cgroup.paths().get(Layout.UNIFIED), hierarchies, namespace);
  }
}
