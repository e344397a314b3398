package dev.proa.operation;

import dev.proa.kernel.NamespaceCalls;
import dev.proa.setup.Namespaces;
import dev.proa.spec.Mount;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.Linux;
import java.util.List;

/**
 * Whom the container's cgroup is given to, so that the container's process may make cgroups of its
 * own in it (config-linux.md, Cgroup ownership).
 */
final class CgroupOwner {
  private CgroupOwner() {}

  /**
   * The host's id of the process's user, where the container has a new cgroup namespace and mounts
   * the cgroup file system writable.
   *
   * @return -1 where it has not, and where its user is not mapped to any of the host's
   */
  static long of(Spec spec) {
    Linux linux = spec.linux();
    if (linux == null || !mountsWritable(spec.mounts())) {
      return -1;
    }
    Namespaces namespaces = Namespaces.plan(linux);
    if (!namespaces.creates(NamespaceCalls.CLONE_NEWCGROUP)) {
      return -1;
    }
    long uid = spec.process().user().uid();
    if (!namespaces.has(NamespaceCalls.CLONE_NEWUSER)) {
      return uid;
    }
    for (IdMapping mapping : linux.uidMappings()) {
      if (uid >= mapping.containerID() && uid - mapping.containerID() < mapping.size()) {
        return mapping.hostID() + (uid - mapping.containerID());
      }
    }
    return -1;
  }

  private static boolean mountsWritable(List<Mount> mounts) {
    for (Mount mount : mounts) {
      if (("cgroup".equals(mount.type()) || "cgroup2".equals(mount.type()))
          && !mount.options().contains("ro")) {
        return true;
      }
    }
    return false;
  }
}
