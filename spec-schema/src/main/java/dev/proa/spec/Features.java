package dev.proa.spec;

import java.util.List;
import java.util.Map;

/**
 * What a runtime can do on any host, whether or not this one lets it: features.md. The runtime
 * fills it, {@link #write} writes it.
 *
 * @param ociVersionMin oldest runtime-spec taken
 * @param ociVersionMax newest runtime-spec taken
 * @param hooks names of the hooks that are run
 * @param mountOptions mount options known by name; others go to the file system
 * @param linux what only Linux has
 * @param annotations facts of the runtime's own
 * @param potentiallyUnsafeConfigAnnotations annotations of a config that change what the runtime
 *     does; one that ends in a dot is a prefix
 */
public record Features(
    String ociVersionMin,
    String ociVersionMax,
    List<String> hooks,
    List<String> mountOptions,
    Linux linux,
    Map<String, String> annotations,
    List<String> potentiallyUnsafeConfigAnnotations) {

  /** Writes the document, its members in the order in which runc writes them. */
  public void write(JsonWriter out) {
    out.beginObject().field("ociVersionMin", ociVersionMin).field("ociVersionMax", ociVersionMax);
    out.textsIfAny("hooks", hooks).textsIfAny("mountOptions", mountOptions);
    if (linux != null) {
      linux.write(out.name("linux"));
    }
    out.textMapIfAny("annotations", annotations);
    out.textsIfAny("potentiallyUnsafeConfigAnnotations", potentiallyUnsafeConfigAnnotations);
    out.endObject();
  }

  /**
   * Linux features: features-linux.md. A switch that is null is left out: nothing is known.
   *
   * @param namespaces types of namespaces
   * @param capabilities names as {@code CAP_KILL}
   * @param cgroup control groups
   * @param seccomp system call filters
   * @param apparmor AppArmor profiles
   * @param selinux SELinux labels
   * @param memoryPolicy NUMA policies, or null
   * @param intelRdt Intel RDT, schemata and monitoring included
   * @param idmap idmapped mounts
   * @param netDevices network interfaces moved in
   */
  public record Linux(
      List<String> namespaces,
      List<String> capabilities,
      Cgroup cgroup,
      Seccomp seccomp,
      Boolean apparmor,
      Boolean selinux,
      MemoryPolicy memoryPolicy,
      Boolean intelRdt,
      Boolean idmap,
      Boolean netDevices) {

    private void write(JsonWriter out) {
      out.beginObject().textsIfAny("namespaces", namespaces);
      out.textsIfAny("capabilities", capabilities);
      if (cgroup != null) {
        cgroup.write(out.name("cgroup"));
      }
      if (seccomp != null) {
        seccomp.write(out.name("seccomp"));
      }
      enabled(out, "apparmor", apparmor);
      enabled(out, "selinux", selinux);
      if (memoryPolicy != null) {
        memoryPolicy.write(out.name("memoryPolicy"));
      }
      if (intelRdt != null) {
        boolean value = intelRdt;
        out.beginObject("intelRdt").field("enabled", value).field("schemata", value);
        out.field("monitoring", value).endObject();
      }
      if (idmap != null) {
        out.beginObject("mountExtensions");
        enabled(out, "idmap", idmap);
        out.endObject();
      }
      enabled(out, "netDevices", netDevices);
      out.endObject();
    }

    private static void enabled(JsonWriter out, String name, Boolean value) {
      if (value != null) {
        out.beginObject(name).field("enabled", value.booleanValue()).endObject();
      }
    }
  }

  /**
   * NUMA policies: features-linux.md, MemoryPolicy.
   *
   * @param modes {@code MPOL_*}
   * @param flags {@code MPOL_F_*}
   */
  public record MemoryPolicy(List<String> modes, List<String> flags) {
    private void write(JsonWriter out) {
      out.beginObject().textsIfAny("modes", modes).textsIfAny("flags", flags).endObject();
    }
  }

  /**
   * Control groups: features-linux.md, Cgroup.
   *
   * @param v1 cgroup v1
   * @param v2 cgroup v2
   * @param systemd the manager of systemd, as root
   * @param systemdUser the manager of systemd, as a user
   * @param rdma the RDMA controller
   */
  public record Cgroup(boolean v1, boolean v2, boolean systemd, boolean systemdUser, boolean rdma) {
    private void write(JsonWriter out) {
      out.beginObject().field("v1", v1).field("v2", v2).field("systemd", systemd);
      out.field("systemdUser", systemdUser).field("rdma", rdma).endObject();
    }
  }

  /**
   * System call filters: features-linux.md, Seccomp.
   *
   * @param enabled whether filters are applied
   * @param actions {@code SCMP_ACT_*}
   * @param operators {@code SCMP_CMP_*}
   * @param archs {@code SCMP_ARCH_*}
   * @param knownFlags flags a config may name
   * @param supportedFlags flags this kernel takes
   */
  public record Seccomp(
      boolean enabled,
      List<String> actions,
      List<String> operators,
      List<String> archs,
      List<String> knownFlags,
      List<String> supportedFlags) {
    private void write(JsonWriter out) {
      out.beginObject().field("enabled", enabled).textsIfAny("actions", actions);
      out.textsIfAny("operators", operators).textsIfAny("archs", archs);
      out.textsIfAny("knownFlags", knownFlags).textsIfAny("supportedFlags", supportedFlags);
      out.endObject();
    }
  }
}
