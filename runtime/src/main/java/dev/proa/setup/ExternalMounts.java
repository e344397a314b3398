package dev.proa.setup;

import dev.proa.kernel.NamespaceCalls;
import dev.proa.spec.Mount;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mounts of a container that CRIU does not dump but binds again: those that show the host. */
public final class ExternalMounts {
  /** What masked files are called: the null device is bound over each. */
  public static final String MASK = "/dev/null";

  private static final List<String> DEVICES =
      List.of("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/random", "/dev/urandom");

  private ExternalMounts() {}

  /** Each one's place in the container, and what is bound there; masked files apart. */
  public static Map<String, String> of(Spec spec, String bundle, CgroupView cgroups) {
    Map<String, String> external = new LinkedHashMap<>();
    for (Mount mount : spec.mounts()) {
      String destination = "/" + Rootfs.clean(mount.destination());
      if (Mounts.isBind(mount)) {
        String source = mount.source();
        external.put(destination, source.startsWith("/") ? source : bundle + "/" + source);
      } else if ("cgroup".equals(mount.type()) && !cgroups.unified() && !cgroups.namespace()) {
        for (CgroupView.Hierarchy hierarchy : cgroups.hierarchies()) {
          external.put(destination + "/" + hierarchy.name(), hierarchy.directory());
        }
      }
    }
    // In a user namespace no device can be made: the host's are bound.
    if (Namespaces.plan(spec.linux()).has(NamespaceCalls.CLONE_NEWUSER)) {
      for (String device : DEVICES) {
        external.put(device, device);
      }
      for (Device device : spec.linux().devices()) {
        external.put(device.path(), device.path());
      }
    }
    return external;
  }

  /** The masked paths, which may be files, folders or nothing. */
  public static List<String> masked(Spec spec) {
    List<String> masked = new ArrayList<>();
    if (spec.linux() != null) {
      for (String path : spec.linux().maskedPaths()) {
        masked.add("/" + Rootfs.clean(path));
      }
    }
    return masked;
  }
}
