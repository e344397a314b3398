package dev.proa.diagnosis;

import dev.proa.kernel.Kernel;
import dev.proa.spec.Spec;
import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Namespace;
import java.util.List;

/**
 * What a check looks at.
 *
 * @param kernel asks the host
 * @param spec the config
 * @param bundle the bundle folder, absolute
 * @param image its root file system; null where it cannot be opened
 * @param host the host's root
 * @param runs whether the container runs and {@code image} is what it sees, mounts and all
 */
record Subject(Kernel kernel, Spec spec, String bundle, Image image, Image host, boolean runs) {

  /** The config's linux section, or null. */
  Linux linux() {
    return spec.linux();
  }

  /** A path of the config as one of the host: relative ones count from the bundle. */
  String absolute(String path) {
    return path.startsWith("/") ? path : bundle + "/" + path;
  }

  /** The namespace of that type which the config asks for, or null. */
  Namespace namespace(Namespace.Type type) {
    if (linux() != null) {
      for (Namespace namespace : linux().namespaces()) {
        if (namespace.type() == type) {
          return namespace;
        }
      }
    }
    return null;
  }

  /** The uid mappings of a new user namespace; empty where there is none. */
  List<IdMapping> uidMappings() {
    return linux() == null ? List.of() : linux().uidMappings();
  }

  /** The gid mappings of a new user namespace; empty where there is none. */
  List<IdMapping> gidMappings() {
    return linux() == null ? List.of() : linux().gidMappings();
  }

  /** Whether the id has a counterpart outside. */
  static boolean isMapped(long id, List<IdMapping> mappings) {
    return mappings.isEmpty() || outside(id, mappings) >= 0;
  }

  /** The id as the host sees it; -1 where it is not mapped. */
  static long outside(long id, List<IdMapping> mappings) {
    for (IdMapping mapping : mappings) {
      if (id >= mapping.containerID() && id < mapping.containerID() + mapping.size()) {
        return mapping.hostID() + id - mapping.containerID();
      }
    }
    return mappings.isEmpty() ? id : -1;
  }
}
