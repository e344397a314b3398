package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.CgroupDriver;
import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.Cgroups;
import dev.proa.cgroup.CgroupsPath;
import dev.proa.cgroup.Layout;
import dev.proa.cgroup.NoCgroup;
import dev.proa.cgroup.Tolerance;
import dev.proa.cgroup.resctrl.ResctrlGroup;
import dev.proa.cgroup.systemd.Annotations;
import dev.proa.cgroup.systemd.SystemdCgroup;
import dev.proa.cgroup.systemd.UnitName;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.setup.CgroupView;
import dev.proa.setup.Namespaces;
import dev.proa.spec.Spec;
import dev.proa.state.ContainerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A container's cgroup, new or known, and what its cgroup mount shows of it. */
final class CgroupOf {
  private CgroupOf() {}

  /** The cgroup of a container that is there. */
  static Cgroup state(Kernel kernel, ContainerState state) {
    if (state.cgroupPaths().isEmpty()) {
      return new NoCgroup();
    }
    boolean rootless = state.owner() != 0;
    Tolerance tolerance = new Tolerance(rootless, rootless, false);
    return CgroupDriver.SYSTEMD.toString().equals(state.cgroupManager())
        ? SystemdCgroup.of(kernel, state.cgroupPaths(), tolerance)
        : Cgroups.of(kernel, state.cgroupPaths(), tolerance);
  }

  /** The class of service of a container that is there, or null where it has none. */
  static ResctrlGroup resctrl(Kernel kernel, ContainerState state) {
    return state.intelRdtPath() == null
        ? null
        : ResctrlGroup.of(kernel, state.intelRdtPath(), state.intelRdtFolders());
  }

  /** Groups below those of a container that is there, by {@code exec --cgroup}'s arguments. */
  static Cgroup below(Kernel kernel, ContainerState state, List<String> arguments) {
    return Cgroups.of(kernel, SubCgroups.of(state.cgroupPaths(), arguments), Tolerance.NONE);
  }

  /** The group of cgroup2 that a container's init has moved itself to: proc_pid_cgroup(5). */
  static Cgroup init(Kernel kernel, ContainerState state) {
    String text = new FileCalls(kernel).readText("/proc/" + state.initProcessPid() + "/cgroup");
    for (String line : text.split("\n")) {
      if (line.startsWith("0::")) {
        String top = Layout.detect(kernel).hierarchies().getFirst().mountPoint();
        return Cgroups.of(kernel, Map.of(Layout.UNIFIED, top + line.substring(3)), Tolerance.NONE);
      }
    }
    throw new OperationException("init of the container is in no cgroup");
  }

  /**
   * The cgroup of a new container; nothing is made yet.
   *
   * @param rootless whether the caller is an ordinary user
   * @param inUserNamespace whether the caller's root is not the machine's
   */
  static Cgroup plan(
      Kernel kernel,
      Layout layout,
      CgroupDriver driver,
      String path,
      String id,
      boolean rootless,
      boolean inUserNamespace) {
    if (driver == CgroupDriver.DISABLED) {
      return new NoCgroup();
    }
    CgroupsPath place = CgroupsPath.of(path, id);
    return Cgroups.plan(kernel, layout, place, Tolerance.of(rootless, inUserNamespace, place));
  }

  /** What the cgroup mount of a container that is there shows. */
  static CgroupView view(Kernel kernel, ContainerState state, Spec spec) {
    boolean namespace = Namespaces.plan(spec.linux()).has(NamespaceCalls.CLONE_NEWCGROUP);
    return view(Layout.detect(kernel), state(kernel, state), namespace);
  }

  /**
   * Checks what the config says to systemd.
   *
   * @throws dev.proa.spec.InvalidSpecException with the place
   */
  static void checkUnit(Bundle bundle, String id) {
    Spec spec = bundle.spec();
    try {
      UnitName.of(spec.linux() == null ? null : spec.linux().cgroupsPath(), id, false);
    } catch (CgroupException e) {
      throw bundle.document().invalid("/linux/cgroupsPath", e.getMessage());
    }
    for (Map.Entry<String, String> annotation : spec.annotations().entrySet()) {
      try {
        Annotations.check(annotation.getKey(), annotation.getValue());
      } catch (CgroupException e) {
        String key = annotation.getKey().replace("~", "~0").replace("/", "~1");
        throw bundle.document().invalid("/annotations/" + key, e.getMessage());
      }
    }
  }

  /** What the container's mount of type cgroup shows. */
  static CgroupView view(Layout layout, Cgroup cgroup, boolean namespace) {
    List<CgroupView.Hierarchy> hierarchies = new ArrayList<>();
    Map<String, String> paths = cgroup instanceof NoCgroup ? callers(layout) : cgroup.paths();
    for (Layout.Hierarchy hierarchy : layout.hierarchies()) {
      String controller = hierarchy.controller();
      if (!controller.equals(Layout.UNIFIED) && paths.containsKey(controller)) {
        String mountPoint = hierarchy.mountPoint();
        hierarchies.add(
            new CgroupView.Hierarchy(
                mountPoint.substring(mountPoint.lastIndexOf('/') + 1),
                controller,
                paths.get(controller)));
      }
    }
    return new CgroupView(layout.isUnified(), paths.get(Layout.UNIFIED), hierarchies, namespace);
  }

  /** Where this process is, and a container without a cgroup of its own. */
  private static Map<String, String> callers(Layout layout) {
    Map<String, String> paths = new HashMap<>();
    for (Layout.Hierarchy hierarchy : layout.hierarchies()) {
      paths.put(hierarchy.controller(), hierarchy.ownPath());
    }
    return paths;
  }
}
