package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.PathCalls;
import dev.proa.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount of type cgroup. With cgroups v2 it is the unified hierarchy; with v1 a tmpfs with one
 * mount for each hierarchy: of the hierarchy itself where the container has a cgroup namespace,
 * which shows it its own part only, else of the container's own directory.
 */
final class CgroupMount {
  private CgroupMount() {}

  static List<Step> plan(String section, Mount mount, MountOptions options, CgroupView view) {
    if (view.unified()) {
      return List.of(new Unified(section, mount, options, view));
    }
    List<String> flags = new ArrayList<>(List.of("nosuid", "nodev", "noexec"));
    if ((options.attributes().set() & MountCalls.MOUNT_ATTR_RDONLY) != 0) {
      flags.add("ro");
    }
    List<Step> steps = new ArrayList<>();
    String top = mount.destination();
    FileSystemMount tmpfs = fileSystem(section, top, "tmpfs", with(flags, "mode=755"));
    if (!view.namespace()) {
      return List.of(new Bound(section, tmpfs, view.hierarchies(), flags));
    }
    steps.add(tmpfs);
    for (int i = 0; i < view.hierarchies().size(); i++) {
      CgroupView.Hierarchy hierarchy = view.hierarchies().get(i);
      String destination = top + "/" + hierarchy.name();
      steps.add(fileSystem(section, destination, "cgroup", with(flags, hierarchy.controllers())));
      addLinks(steps, section, top, hierarchy.name());
    }
    if (tmpfs.becomesReadonly()) {
      steps.add(new ReadonlyMount(section, tmpfs));
    }
    return steps;
  }

  /** {@code cpu} leads to {@code cpu,cpuacct}, as on the host. */
  private static void addLinks(List<Step> steps, String section, String top, String name) {
    for (String controller : linked(name)) {
      steps.add(new Link(section, name, top + "/" + controller));
    }
  }

  /** The names of single controllers that lead to a hierarchy of several. */
  private static List<String> linked(String name) {
    return name.indexOf(',') < 0 ? List.of() : List.of(name.split(",", -1));
  }

  private record Link(String section, String target, String path) implements Step {
    @Override
    public void apply(Inside inside) {
      inside.rootfs().symlinkOrSame(target, path);
    }
  }

  /**
   * The container's own directory of each hierarchy, bound into a tmpfs. Nobody else has seen that
   * file system yet: its entries need none of the care that paths of the image need.
   */
  private record Bound(
      String section,
      FileSystemMount tmpfs,
      List<CgroupView.Hierarchy> hierarchies,
      List<String> flags)
      implements Step {
    @Override
    public void apply(Inside inside) {
      MountCalls mounts = new MountCalls(inside.kernel());
      FileCalls files = new FileCalls(inside.kernel());
      PathCalls paths = new PathCalls(inside.kernel());
      MountAttributes exact = MountOptions.of(flags).attributes().exactly();
      Fd top = tmpfs.open(inside);
      for (int i = 0; i < hierarchies.size(); i++) {
        CgroupView.Hierarchy hierarchy = hierarchies.get(i);
        String name = hierarchy.name();
        files.mkdir(top, name, 0755);
        bind(inside, mounts, top, hierarchy, exact);
        for (String controller : linked(name)) {
          paths.symlink(name, top, controller);
        }
      }
      if (tmpfs.becomesReadonly()) {
        new ReadonlyMount(section, tmpfs).apply(inside);
      } else {
        top.close();
      }
    }

    private void bind(
        Inside inside,
        MountCalls mounts,
        Fd top,
        CgroupView.Hierarchy hierarchy,
        MountAttributes exact) {
      try (Fd tree = mounts.cloneTree(Fd.CWD, hierarchy.directory(), true, true)) {
        mounts.setAttributes(tree, false, exact.set(), exact.clear(), 0, null);
        mounts.moveMount(tree, top, hierarchy.name());
      } catch (KernelException e) {
        // Before Linux 5.12; or locked attributes, which a bind mount knows to keep.
        if (!e.is(Errno.ENOSYS) && !e.is(Errno.EPERM)) {
          throw e;
        }
        String destination = tmpfs.destination() + "/" + hierarchy.name();
        CgroupMount.bind(section, destination, hierarchy.directory(), with(flags, "rbind"))
            .apply(inside);
      }
    }
  }

  private static FileSystemMount fileSystem(
      String section, String destination, String type, List<String> options) {
    Mount mount = new Mount(destination, type, type, options, List.of(), List.of());
    return FileSystemMount.plan(section, mount, MountOptions.of(options), null);
  }

  private static BindMount bind(
      String section, String destination, String source, List<String> options) {
    Mount mount = new Mount(destination, "bind", source, options, List.of(), List.of());
    return BindMount.plan(section, mount, MountOptions.of(options), "/", null);
  }

  private static List<String> with(List<String> flags, String option) {
    List<String> longer = new ArrayList<>(flags);
    longer.add(option);
    return longer;
  }

  /** The hierarchy of cgroups v2. */
  private static final class Unified implements Step {
    private final FileSystemMount fresh;
    private final BindMount bound;

    Unified(String section, Mount mount, MountOptions options, CgroupView view) {
      this.fresh =
          FileSystemMount.plan(
              section,
              new Mount(
                  mount.destination(),
                  "cgroup2",
                  mount.source(),
                  mount.options(),
                  List.of(),
                  List.of()),
              options,
              null);
      boolean own = view.namespace() && view.directory() != null;
      List<String> bind = with(mount.options(), "bind");
      this.bound =
          bind(section, mount.destination(), own ? view.directory() : "/sys/fs/cgroup", bind);
    }

    @Override
    public String section() {
      return fresh.section();
    }

    @Override
    public void apply(Inside inside) {
      try {
        fresh.apply(inside);
        return;
      } catch (KernelException e) {
        // A user namespace without a cgroup namespace of its own may not mount it, and EBUSY says
        // that the host mounted it with other options.
        if (!e.is(Errno.EPERM) && !e.is(Errno.EBUSY)) {
          throw e;
        }
      }
      try {
        bound.apply(inside);
      } catch (KernelException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
        // Rootless without a cgroup of its own: without this, /sys/fs/cgroup of a recursively
        // bound /sys would be writable although that is bound read-only (CVE-2023-25809).
        fileSystem(
                section(),
                fresh.destination(),
                "tmpfs",
                List.of("ro", "nosuid", "nodev", "noexec", "mode=755"))
            .applyReadonly(inside);
      }
    }
  }
}
