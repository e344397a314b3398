package dev.proa.setup;

import dev.proa.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * The mounts of the config, in its order: config.md, Mounts.
 *
 * @param steps make them, before the root is entered
 * @param afterwards make those read-only that had to be written to meanwhile, after devices and the
 *     mount points of later mounts are made
 */
public record Mounts(List<Step> steps, List<Step> afterwards) {

  /**
   * The steps for these mounts.
   *
   * @param bundle absolute path of the bundle, from which relative sources count
   * @param cgroups what a mount of type cgroup shows
   * @throws SetupException for a mount that is refused whatever the host and the image are like
   */
  public static Mounts plan(List<Mount> mounts, String bundle, CgroupView cgroups) {
    List<Step> steps = new ArrayList<>(mounts.size());
    List<Step> afterwards = new ArrayList<>();
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      String section = "mounts[" + i + "]";
      MountOptions options = MountOptions.of(mount.options());
      boolean bind =
          options.has(MountOptions.BIND)
              || "bind".equals(mount.type())
              || "rbind".equals(mount.type());
      ProcGuard.checkName(mount.destination(), bind || "proc".equals(mount.type()));
      boolean fresh = mount.source() != null && !mount.source().isEmpty();
      if (options.has(MountOptions.REMOUNT) && !(bind && fresh)) {
        steps.add(new Remount(section, mount.destination(), options, bind));
      } else if (bind) {
        steps.add(BindMount.plan(section, mount, options, bundle));
      } else if ("cgroup".equals(mount.type())) {
        steps.addAll(CgroupMount.plan(section, mount, options, cgroups));
      } else {
        FileSystemMount step = FileSystemMount.plan(section, mount, options);
        steps.add(step);
        if (step.becomesReadonly()) {
          afterwards.add(new ReadonlyMount(section, step));
        }
      }
    }
    return new Mounts(steps, afterwards);
  }

  /** Whether the config binds something of its own on {@code /dev}, so that it is left alone. */
  public static boolean bindsDev(List<Mount> mounts) {
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      MountOptions options = MountOptions.of(mount.options());
      if (Rootfs.clean(mount.destination()).equals("dev")
          && (options.has(MountOptions.BIND) || "bind".equals(mount.type()))) {
        return true;
      }
    }
    return false;
  }
}
