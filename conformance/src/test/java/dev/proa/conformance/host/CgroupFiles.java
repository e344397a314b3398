package dev.proa.conformance.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a process's cgroups, found as the process and the mounts tell, whichever version
 * they are of: v1, v2 or both side by side.
 */
public final class CgroupFiles {
  private final String cgroups;

  private CgroupFiles(String cgroups) {
    this.cgroups = cgroups;
  }

  /** Of a process that lives now; it may end later. */
  public static CgroupFiles of(int pid) {
    return new CgroupFiles(HostFiles.read("/proc/" + pid + "/cgroup"));
  }

  /** Whether its cgroup has this controller's file, named as in v1 and as in v2. */
  public boolean has(String controller, String v1, String v2) {
    return find(controller, v1, v2) != null;
  }

  /** The text of this controller's file, named as in v1 and as in v2. */
  public String read(String controller, String v1, String v2) {
    Path file = find(controller, v1, v2);
    if (file == null) {
      throw new AssertionError("no " + v1 + " and no " + v2 + " in " + cgroups);
    }
    return HostFiles.read(file).strip();
  }

  /** CPU time used so far, in nanoseconds. */
  public long cpuNanos() {
    if (has("cpuacct", "cpuacct.usage", "")) {
      return Long.parseLong(read("cpuacct", "cpuacct.usage", ""));
    }
    return number(read("", "", "cpu.stat"), "usage_usec") * 1000;
  }

  /** Memory in use now, in bytes. */
  public long memoryBytes() {
    return Long.parseLong(read("memory", "memory.usage_in_bytes", "memory.current"));
  }

  /** How many processes in it the kernel killed for want of memory. */
  public long oomKills() {
    return number(read("memory", "memory.oom_control", "memory.events"), "oom_kill");
  }

  /** Tasks in it now. */
  public long pids() {
    return Long.parseLong(read("pids", "pids.current", "pids.current"));
  }

  private static long number(String text, String name) {
    for (String line : text.lines().toList()) {
      if (line.startsWith(name + " ")) {
        return Long.parseLong(line.substring(name.length() + 1).strip());
      }
    }
    throw new AssertionError("no " + name + " in " + text);
  }

  private Path find(String controller, String v1, String v2) {
    for (String line : cgroups.lines().toList()) {
      String[] fields = line.split(":", 3);
      boolean unified = fields[1].isEmpty();
      String file = unified ? v2 : v1;
      if (!file.isEmpty() && (unified || List.of(fields[1].split(",")).contains(controller))) {
        for (MountPoint mount : MountPoint.of("self")) {
          boolean fits =
              unified
                  ? mount.type().equals("cgroup2")
                  : mount.type().equals("cgroup")
                      && List.of(Path.of(mount.point()).getFileName().toString().split(","))
                          .contains(controller);
          Path path = Path.of(mount.point() + fields[2]).resolve(file);
          if (fits && Files.exists(path)) {
            return path;
          }
        }
      }
    }
    return null;
  }
}
