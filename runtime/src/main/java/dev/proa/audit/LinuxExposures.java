package dev.proa.audit;

import dev.proa.kernel.Paths;
import dev.proa.spec.Spec;
import dev.proa.spec.SpecTemplate;
import dev.proa.spec.linux.Device;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Linux.RootfsPropagation;
import dev.proa.spec.linux.Namespace;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;

/** The section {@code linux}: shared namespaces, devices, limits, files of the kernel. */
final class LinuxExposures {
  private final Spec spec;
  private final Linux linux;
  private final Exposures exposures;

  LinuxExposures(Spec spec, Exposures exposures) {
    this.spec = spec;
    this.linux = spec.linux();
    this.exposures = exposures;
  }

  void find() {
    for (Namespace.Type type : Namespace.Type.values()) {
      namespace(type);
    }
    if (linux == null) {
      return;
    }
    Resources resources = linux.resources();
    devices(resources == null ? List.of() : resources.devices());
    limits(resources);
    if (linux.rootfsPropagation() == RootfsPropagation.SHARED
        || linux.rootfsPropagation() == RootfsPropagation.RSHARED) {
      exposures.addForRoot(
          Grade.MEDIUM, "/linux/rootfsPropagation", "mounts made inside appear on the host");
    }
    kernelFiles("/proc");
    kernelFiles("/sys");
  }

  private void namespace(Namespace.Type type) {
    String pointer = "/linux/namespaces";
    List<Namespace> namespaces = linux == null ? List.of() : linux.namespaces();
    for (int i = 0; i < namespaces.size(); i++) {
      Namespace namespace = namespaces.get(i);
      if (namespace.type() == type) {
        pointer += "/" + i;
        if (namespace.path() != null && !ConfigAudit.isHosts(namespace.path())) {
          exposures.add(
              Grade.INFO,
              pointer + "/path",
              "shares the " + type + " namespace " + namespace.path() + " with whoever is in it");
        }
      }
    }
    if (ConfigAudit.has(spec, type)) {
      return;
    }
    switch (type) {
      case PID ->
          shared(Grade.HIGH, pointer, type, "sees and may signal and trace the host's processes");
      case NETWORK ->
          shared(
              Grade.HIGH,
              pointer,
              type,
              "reaches what listens on the host's loopback and abstract sockets");
      case MOUNT -> shared(Grade.CRITICAL, pointer, type, "changes the host's mounts");
      case IPC -> shared(Grade.MEDIUM, pointer, type, "opens the host's shared memory");
      case UTS -> shared(Grade.LOW, pointer, type, "may rename the host");
      case CGROUP -> shared(Grade.LOW, pointer, type, "sees the host's cgroup tree");
      case USER ->
          exposures.add(
              Grade.LOW, pointer, "no user namespace: the container's root is the host's root");
      case TIME -> {} // engines make none, and the clocks cannot be set from it
    }
  }

  private void shared(Grade grade, String pointer, Namespace.Type type, String reach) {
    exposures.add(grade, pointer, "shares the host's " + type + " namespace: " + reach);
  }

  private void devices(List<DeviceRule> rules) {
    int everything = -1;
    boolean denied = false;
    for (int i = 0; i < rules.size(); i++) {
      DeviceRule rule = rules.get(i);
      boolean all = rule.major() == null && rule.minor() == null && isEveryKind(rule.type());
      if (all && !rule.allow()) {
        denied = true;
        everything = -1;
      } else if (all && isWritable(rule)) {
        everything = i;
      } else if (rule.allow() && "b".equals(rule.type()) && uses(rule)) {
        exposures.addForRoot(
            Grade.HIGH,
            "/linux/resources/devices/" + i,
            "may open a disk of the host below its file system");
      }
    }
    if (everything >= 0) {
      exposures.addForRoot(
          Grade.CRITICAL,
          "/linux/resources/devices/" + everything,
          "may open every device, the host's disks and memory too");
    } else if (!denied) {
      exposures.addForRoot(
          Grade.MEDIUM,
          "/linux/resources/devices",
          "no rule denies all devices before some are allowed");
    }
    for (int i = 0; i < linux.devices().size(); i++) {
      Device device = linux.devices().get(i);
      if ("b".equals(device.type())) {
        exposures.add(Grade.HIGH, "/linux/devices/" + i, device.path() + " is a disk of the host");
      }
    }
  }

  private static boolean isEveryKind(String type) {
    return type == null || type.isEmpty() || type.equals("a");
  }

  private static boolean isWritable(DeviceRule rule) {
    return rule.allow() && (rule.access() == null || rule.access().contains("w"));
  }

  private static boolean uses(DeviceRule rule) {
    return rule.access() == null || rule.access().contains("w") || rule.access().contains("r");
  }

  private void limits(Resources resources) {
    if (resources == null || resources.memory() == null || !isSet(resources.memory().limit())) {
      exposures.add(
          Grade.LOW, "/linux/resources/memory/limit", "may use up the host's memory: no limit");
    }
    if (resources == null || resources.pids() == null || !isSet(resources.pids().limit())) {
      exposures.add(
          Grade.LOW, "/linux/resources/pids/limit", "may use up the host's pids: no limit");
    }
  }

  private static boolean isSet(Long limit) {
    return limit != null && limit > 0;
  }

  /** Files of the kernel that the default lists hide or protect, and these do not. */
  private void kernelFiles(String mount) {
    if (!isMounted(mount)) {
      return;
    }
    for (String path : SpecTemplate.maskedPaths()) {
      if (path.startsWith(mount + "/") && !covers(linux.maskedPaths(), path)) {
        Grade grade = path.equals("/proc/kcore") ? Grade.MEDIUM : Grade.LOW;
        exposures.addForRoot(grade, "/linux/maskedPaths", path + " is not masked");
      }
    }
    for (String path : SpecTemplate.readonlyPaths()) {
      boolean covered = covers(linux.readonlyPaths(), path) || covers(linux.maskedPaths(), path);
      if (path.startsWith(mount + "/") && !covered) {
        boolean reaches = path.equals("/proc/sys") || path.equals("/proc/sysrq-trigger");
        exposures.addForRoot(
            reaches ? Grade.HIGH : Grade.LOW,
            "/linux/readonlyPaths",
            path + " can be written to" + (reaches ? ": root there commands the kernel" : ""));
      }
    }
  }

  private boolean isMounted(String destination) {
    for (dev.proa.spec.Mount mount : spec.mounts()) {
      if (Paths.absolute("/", mount.destination()).equals(destination)) {
        return true;
      }
    }
    return false;
  }

  private static boolean covers(List<String> paths, String path) {
    for (String each : paths) {
      if (MountExposures.isWithin(path, Paths.absolute("/", each))) {
        return true;
      }
    }
    return false;
  }
}
