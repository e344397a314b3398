package dev.proa.audit;

import dev.proa.kernel.Paths;
import dev.proa.spec.Capabilities;
import dev.proa.spec.Mount;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.Namespace;
import java.util.List;

/** Mounts that show the host, by what their source is called: nothing is looked at. */
final class MountExposures {
  private static final List<String> DAEMONS =
      List.of(
          "docker.sock",
          "containerd.sock",
          "crio.sock",
          "podman.sock",
          "buildkitd.sock",
          "kubelet.sock",
          "cri-dockerd.sock",
          "dockershim.sock");

  private final Spec spec;
  private final String bundle;
  private final Exposures exposures;

  /** How bad it is to let a folder of the host be written to, and to be read. */
  private record Place(String path, Grade written, Grade read, String reach) {}

  /** The longest that fits counts; places that engines keep for containers are there for that. */
  private static final List<Place> PLACES =
      List.of(
          new Place("/", Grade.CRITICAL, Grade.HIGH, "all files of the host"),
          new Place("/etc", Grade.CRITICAL, Grade.MEDIUM, "the host's users, services and keys"),
          new Place("/proc", Grade.CRITICAL, Grade.HIGH, "the host's processes and kernel"),
          new Place("/sys", Grade.HIGH, Grade.LOW, "the host's devices, cgroups and kernel"),
          new Place("/dev", Grade.CRITICAL, Grade.HIGH, "the host's devices"),
          new Place("/dev/shm", Grade.MEDIUM, Grade.LOW, "shared memory of the host's processes"),
          new Place("/run", Grade.CRITICAL, Grade.CRITICAL, "the sockets of the host's daemons"),
          new Place("/boot", Grade.CRITICAL, Grade.LOW, "the kernel that the host starts next"),
          new Place("/usr", Grade.CRITICAL, Grade.INFO, "the host's programs"),
          new Place("/bin", Grade.CRITICAL, Grade.INFO, "the host's programs"),
          new Place("/sbin", Grade.CRITICAL, Grade.INFO, "the host's programs"),
          new Place("/lib", Grade.CRITICAL, Grade.INFO, "the host's programs and kernel modules"),
          new Place("/lib64", Grade.CRITICAL, Grade.INFO, "the host's programs"),
          new Place("/root", Grade.CRITICAL, Grade.HIGH, "root's own files"),
          new Place("/home", Grade.HIGH, Grade.MEDIUM, "the users' files and keys"),
          new Place("/var", Grade.CRITICAL, Grade.HIGH, "the state of the host's daemons"),
          new Place("/var/log", Grade.MEDIUM, Grade.LOW, "the host's logs"),
          new Place("/var/lib/docker/containers", Grade.INFO, Grade.INFO, "files of containers"),
          new Place("/var/lib/docker/volumes", Grade.INFO, Grade.INFO, "files of containers"),
          new Place("/var/lib/kubelet/pods", Grade.INFO, Grade.INFO, "files of pods"),
          new Place("/var/lib/containers/storage", Grade.INFO, Grade.INFO, "files of containers"),
          new Place("/run/containers/storage", Grade.INFO, Grade.INFO, "files of containers"),
          new Place("/run/containerd", Grade.INFO, Grade.INFO, "files of containers"),
          new Place("/run/netns", Grade.MEDIUM, Grade.LOW, "network namespaces of others"));

  MountExposures(Spec spec, String bundle, Exposures exposures) {
    this.spec = spec;
    this.bundle = bundle;
    this.exposures = exposures;
  }

  void find() {
    for (int i = 0; i < spec.mounts().size(); i++) {
      Mount mount = spec.mounts().get(i);
      String pointer = "/mounts/" + i;
      if (isBind(mount)) {
        bind(pointer, mount);
      } else {
        fileSystem(pointer, mount);
      }
      for (String option : mount.options()) {
        if (option.equals("shared") || option.equals("rshared")) {
          exposures.addForRoot(
              Grade.MEDIUM, pointer + "/options", "mounts made below it appear on the host");
        }
      }
    }
  }

  private void bind(String pointer, Mount mount) {
    String source = Paths.absolute(bundle, mount.source() == null ? "" : mount.source());
    if (source.equals("/var/run") || source.startsWith("/var/run/")) {
      source = source.substring("/var".length()); // it is a link on all systems of today
    }
    String name = source.substring(source.lastIndexOf('/') + 1);
    pointer += "/source";
    if (DAEMONS.contains(name)) {
      exposures.add(
          Grade.CRITICAL, pointer, source + ": who may ask that daemon is root of the host");
      return; // read-only or not: a socket is connected to, not written to
    }
    if (name.endsWith(".sock") || name.endsWith(".socket") || name.equals("system_bus_socket")) {
      exposures.add(Grade.MEDIUM, pointer, source + ": a socket of a daemon of the host");
      return;
    }
    boolean writable = isWritable(mount);
    Place place = place(source);
    if (place != null) {
      exposures.add(
          writable ? place.written : place.read,
          pointer,
          source + (writable ? " can be written to: " : " can be read: ") + place.reach);
    } else if (writable) {
      exposures.add(Grade.INFO, pointer, source + " can be written to");
    }
  }

  private static Place place(String source) {
    Place found = null;
    for (Place place : PLACES) {
      boolean root = place.path.equals("/");
      if (root ? source.equals("/") : isWithin(source, place.path)) {
        found = found == null || found.path.length() < place.path.length() ? place : found;
      }
    }
    return found;
  }

  private void fileSystem(String pointer, Mount mount) {
    boolean writable = isWritable(mount);
    switch (mount.type() == null ? "" : mount.type()) {
      case "cgroup", "cgroup2" -> {
        if (writable) {
          boolean escapes = !ConfigAudit.has(spec, Namespace.Type.CGROUP) || isAdministrator();
          exposures.addForRoot(
              escapes ? Grade.HIGH : Grade.LOW,
              pointer,
              "cgroups can be written to"
                  + (escapes ? ": a release agent is executed on the host (CVE-2022-0492)" : ""));
        }
      }
      case "sysfs" -> {
        if (writable) {
          exposures.addForRoot(Grade.HIGH, pointer, "sysfs can be written to: the host's devices");
        }
      }
      case "devtmpfs" -> exposures.addForRoot(Grade.CRITICAL, pointer, "all devices of the host");
      case "debugfs", "tracefs", "securityfs", "bpf", "configfs", "efivarfs" ->
          exposures.addForRoot(
              writable ? Grade.HIGH : Grade.MEDIUM,
              pointer,
              mount.type() + ": the kernel's own, not the container's");
      default -> {}
    }
  }

  private boolean isAdministrator() {
    Capabilities sets = spec.process() == null ? null : spec.process().capabilities();
    return sets != null && sets.bounding().contains("CAP_SYS_ADMIN");
  }

  static boolean isBind(Mount mount) {
    return "bind".equals(mount.type())
        || mount.options().contains("bind")
        || mount.options().contains("rbind");
  }

  /** Of contradicting options the last one counts. */
  static boolean isWritable(Mount mount) {
    boolean writable = true;
    for (String option : mount.options()) {
      switch (option) {
        case "ro", "rro" -> writable = false;
        case "rw", "rrw" -> writable = true;
        default -> {}
      }
    }
    return writable;
  }

  /** Whether the path is that folder or below it; both clean. */
  static boolean isWithin(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder + "/");
  }
}
