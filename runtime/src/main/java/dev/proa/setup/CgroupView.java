package dev.proa.setup;

import java.util.List;

/**
 * What a mount of type cgroup shows in the container: the host's hierarchies and the container's
 * place in them, found out by the parent.
 *
 * @param unified whether the host has the one hierarchy of cgroups v2 on /sys/fs/cgroup
 * @param directory the container's cgroup v2 as a path of the host; null without one
 * @param hierarchies of cgroups v1, also in the hybrid layout; empty where {@code unified}
 * @param namespace whether the container has a cgroup namespace of its own
 */
public record CgroupView(
    boolean unified, String directory, List<Hierarchy> hierarchies, boolean namespace) {

  /** Nothing known of cgroups: a mount of type cgroup is an empty directory. */
  public static final CgroupView NONE = new CgroupView(false, null, List.of(), false);

  /**
   * One hierarchy of cgroups v1.
   *
   * @param name the directory under /sys/fs/cgroup, as {@code cpu,cpuacct} or {@code systemd}
   * @param controllers the mount option, as {@code cpu,cpuacct} or {@code name=systemd}
   * @param directory the container's cgroup as a path of the host
   */
  public record Hierarchy(String name, String controllers, String directory) {}
}
