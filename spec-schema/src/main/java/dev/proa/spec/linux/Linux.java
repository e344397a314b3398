package dev.proa.spec.linux;

import dev.proa.spec.Json;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;

/**
 * Everything that only Linux has: config-linux.md.
 *
 * @param namespaces to make or to join, each type once (Namespaces)
 * @param uidMappings of the user namespace (User namespace mappings)
 * @param gidMappings of the user namespace
 * @param timeOffsets of the time namespace (Offset for Time Namespace)
 * @param devices made besides the default ones (Devices)
 * @param netDevices by their name in the runtime's namespace (Network Devices)
 * @param cgroupsPath absolute, or relative to the runtime's choice; slice:prefix:name for systemd
 *     (Cgroups Path)
 * @param resources limits (Control groups)
 * @param intelRdt cache and memory bandwidth (IntelRdt)
 * @param memoryPolicy NUMA policy (Memory policy)
 * @param sysctl kernel parameters by name (Sysctl)
 * @param seccomp system call filter (Seccomp)
 * @param rootfsPropagation of the root mount (Rootfs Mount Propagation)
 * @param maskedPaths made unreadable (Masked Paths)
 * @param readonlyPaths made read-only (Readonly Paths)
 * @param mountLabel SELinux context of mounts (Mount Label)
 * @param personality execution domain (Personality)
 */
public record Linux(
    List<Namespace> namespaces,
    List<IdMapping> uidMappings,
    List<IdMapping> gidMappings,
    TimeOffsets timeOffsets,
    List<Device> devices,
    Map<String, NetDevice> netDevices,
    String cgroupsPath,
    Resources resources,
    IntelRdt intelRdt,
    MemoryPolicy memoryPolicy,
    Map<String, String> sysctl,
    Seccomp seccomp,
    RootfsPropagation rootfsPropagation,
    List<String> maskedPaths,
    List<String> readonlyPaths,
    String mountLabel,
    Personality personality) {

  /** Reads the object. */
  public static Linux read(Json json) {
    return new Linux(
        json.list("namespaces", Namespace::read),
        json.list("uidMappings", IdMapping::read),
        json.list("gidMappings", IdMapping::read),
        json.objectOrNull("timeOffsets", TimeOffsets::read),
        json.list("devices", Device::read),
        json.map("netDevices", NetDevice::read),
        json.textOrNull("cgroupsPath"),
        json.objectOrNull("resources", Resources::read),
        json.objectOrNull("intelRdt", IntelRdt::read),
        json.objectOrNull("memoryPolicy", MemoryPolicy::read),
        json.textMap("sysctl"),
        json.objectOrNull("seccomp", Seccomp::read),
        json.enumOrNull("rootfsPropagation", RootfsPropagation.values()),
        json.texts("maskedPaths"),
        json.texts("readonlyPaths"),
        json.textOrNull("mountLabel"),
        json.objectOrNull("personality", Personality::read));
  }

  /** The same with another filter. */
  public Linux with(Seccomp other) {
    return new Linux(
        namespaces,
        uidMappings,
        gidMappings,
        timeOffsets,
        devices,
        netDevices,
        cgroupsPath,
        resources,
        intelRdt,
        memoryPolicy,
        sysctl,
        other,
        rootfsPropagation,
        maskedPaths,
        readonlyPaths,
        mountLabel,
        personality);
  }

  /** Propagation of the root mount; the recursive words are those that runc's callers send too. */
  public enum RootfsPropagation {
    PRIVATE("private"),
    RPRIVATE("rprivate"),
    SHARED("shared"),
    RSHARED("rshared"),
    SLAVE("slave"),
    RSLAVE("rslave"),
    UNBINDABLE("unbindable"),
    RUNBINDABLE("runbindable");

    private final String word;

    RootfsPropagation(String word) {
      this.word = word;
    }

    /** The spec's word. */
    @Override
    public String toString() {
      return word;
    }
  }
}
