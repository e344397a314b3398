package dev.proa.setup;

import dev.proa.spec.Mount;
import dev.proa.spec.linux.Linux;
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

  /** The same where the config has no linux section. */
  public static Mounts plan(List<Mount> mounts, String bundle, CgroupView cgroups) {
    return plan(mounts, bundle, cgroups, null, null);
  }

  /**
   * The steps for these mounts.
   *
   * @param bundle absolute path of the bundle, from which relative sources count
   * @param cgroups what a mount of type cgroup shows
   * @param linux for the id mappings, or null
   * @param label the SELinux context of new file systems, or null
   * @throws SetupException for a mount that is refused whatever the host and the image are like
   */
  public static Mounts plan(
      List<Mount> mounts, String bundle, CgroupView cgroups, Linux linux, String label) {
    List<Step> steps = new ArrayList<>(mounts.size());
    List<Step> afterwards = new ArrayList<>();
    for (int i = 0; i < mounts.size(); i++) {
      String section = "mounts[" + i + "]";
      try {
        plan(section, mounts.get(i), bundle, cgroups, linux, label, steps, afterwards);
      } catch (SetupException e) {
        throw new SetupException(section + ": " + e.getMessage());
      }
    }
    return new Mounts(steps, afterwards);
  }

  private static void plan(
      String section,
      Mount mount,
      String bundle,
      CgroupView cgroups,
      Linux linux,
      String label,
      List<Step> steps,
      List<Step> afterwards) {
    MountOptions options = MountOptions.of(mount.options());
    boolean bind = isBind(mount, options);
    ProcGuard.checkName(mount.destination(), bind || "proc".equals(mount.type()));
    MountMapping mapping = mapping(mount, options, linux);
    if (mapping != null && !bind) {
      throw new SetupException("id-mapped mounts are only supported for bind mounts");
    }
    boolean fresh = mount.source() != null && !mount.source().isEmpty();
    if (options.has(MountOptions.REMOUNT) && !(bind && fresh)) {
      steps.add(new Remount(section, mount.destination(), options, bind));
    } else if (bind) {
      steps.add(BindMount.plan(section, mount, options, bundle, mapping));
    } else if ("cgroup".equals(mount.type())) {
      steps.addAll(CgroupMount.plan(section, mount, options, cgroups));
    } else {
      FileSystemMount step = FileSystemMount.plan(section, mount, options, label);
      steps.add(step);
      if (step.becomesReadonly()) {
        afterwards.add(new ReadonlyMount(section, step));
      }
    }
  }

  /** Whether it is a bind mount, by its options or its type. */
  public static boolean isBind(Mount mount) {
    return isBind(mount, MountOptions.of(mount.options()));
  }

  static boolean isBind(Mount mount, MountOptions options) {
    return options.has(MountOptions.BIND)
        || "bind".equals(mount.type())
        || "rbind".equals(mount.type());
  }

  /** The mount's own mappings, or those of the container's user namespace; null for none. */
  private static MountMapping mapping(Mount mount, MountOptions options, Linux linux) {
    boolean recursive = options.has(MountOptions.IDMAP_RECURSIVE);
    if (!mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty()) {
      return new MountMapping(mount.uidMappings(), mount.gidMappings(), recursive);
    }
    if (!options.has(MountOptions.IDMAP)) {
      return null;
    }
    if (linux == null || linux.uidMappings().isEmpty() || linux.gidMappings().isEmpty()) {
      throw new SetupException("idmap without mappings, and the container has none either");
    }
    return new MountMapping(linux.uidMappings(), linux.gidMappings(), recursive);
  }

  /** Whether the config binds something of its own on {@code /dev}, so that it is left alone. */
  public static boolean bindsDev(List<Mount> mounts) {
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      MountOptions options = MountOptions.of(mount.options());
      if (Rootfs.clean(mount.destination()).equals("dev") && isBind(mount, options)) {
        return true;
      }
    }
    return false;
  }
}
