package dev.proa.cgroup;

import dev.proa.cgroup.v1.V1Cgroup;
import dev.proa.cgroup.v2.V2Cgroup;
import dev.proa.kernel.Kernel;
import java.util.LinkedHashMap;
import java.util.Map;

/** The only place that chooses between the versions of control groups. */
public final class Cgroups {
  private Cgroups() {}

  /**
   * The cgroup of a new container. Only its paths are decided: nothing is touched.
   *
   * @param path where the config wants it
   */
  public static Cgroup plan(Kernel kernel, Layout layout, CgroupsPath path, Tolerance tolerance) {
    if (layout.hierarchies().isEmpty()) {
      throw new CgroupException("no cgroup mount found in mountinfo");
    }
    if (layout.isUnified()) {
      Layout.Hierarchy unified = layout.hierarchies().getFirst();
      return new V2Cgroup(kernel, path.inV2(unified), unified.mountPoint(), tolerance);
    }
    Map<String, String> paths = new LinkedHashMap<>();
    Map<String, String> tops = new LinkedHashMap<>();
    for (Layout.Hierarchy hierarchy : layout.hierarchies()) {
      paths.put(hierarchy.controller(), path.inV1(hierarchy));
      tops.put(hierarchy.controller(), hierarchy.mountPoint());
    }
    return new V1Cgroup(kernel, paths, tops, tolerance);
  }

  /**
   * The cgroup of a container that is there.
   *
   * @param paths what {@link Cgroup#paths} told after it was made; empty where a rootless container
   *     has none
   */
  public static Cgroup of(Kernel kernel, Map<String, String> paths, Tolerance tolerance) {
    if (paths.size() == 1 && paths.containsKey(Layout.UNIFIED)) {
      return new V2Cgroup(kernel, paths.get(Layout.UNIFIED), null, tolerance);
    }
    return new V1Cgroup(kernel, paths, Map.of(), tolerance);
  }
}
