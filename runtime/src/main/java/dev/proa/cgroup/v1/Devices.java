package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.DeviceList;
import dev.proa.cgroup.Undo;
import dev.proa.cgroup.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The devices controller (config-linux.md, Device allowlist;
 * Documentation/admin-guide/cgroup-v1/devices.rst).
 */
final class Devices {
  static final String SECTION = "linux.resources.devices";

  private Devices() {}

  /**
   * The fewest writes from one state of the cgroup to another, so that a running container loses no
   * device for a moment that it keeps.
   */
  static List<Write> transition(DeviceList from, DeviceList to) {
    List<Write> writes = new ArrayList<>();
    DeviceList old = from;
    // devices.list does not tell the exceptions of a cgroup that permits everything: it has to be
    // set anew.
    if (from.isPermissive() || to.isPermissive()) {
      writes.add(rule(to.isPermissive(), "a *:*", "rwm"));
      old = new DeviceList();
    }
    for (Map.Entry<DeviceList.Devices, Integer> entry : old.exceptions().entrySet()) {
      int lost = entry.getValue() & ~to.exceptions().getOrDefault(entry.getKey(), 0);
      if (lost != 0) {
        writes.add(rule(to.isPermissive(), entry.getKey().toString(), DeviceList.access(lost)));
      }
    }
    for (Map.Entry<DeviceList.Devices, Integer> entry : to.exceptions().entrySet()) {
      int gained = entry.getValue() & ~old.exceptions().getOrDefault(entry.getKey(), 0);
      if (gained != 0) {
        writes.add(rule(!to.isPermissive(), entry.getKey().toString(), DeviceList.access(gained)));
      }
    }
    return writes;
  }

  private static Write rule(boolean allow, String devices, String access) {
    return Write.of(SECTION, allow ? "devices.allow" : "devices.deny", devices + " " + access);
  }

  /** Brings the cgroup from its present state to the wanted one, and checks that it got there. */
  static void set(CgroupFiles files, DeviceList wanted) {
    set(files, read(files), wanted);
  }

  /**
   * {@link #set} for a running container: what fails half way leaves the old rules in force, or
   * says that it does not.
   */
  static void replace(CgroupFiles files, DeviceList wanted) {
    DeviceList before = read(files);
    try {
      set(files, before, wanted);
    } catch (CgroupException e) {
      throw isRestored(files, before) ? e : Undo.incomplete(e, List.of("devices.list"));
    }
  }

  private static boolean isRestored(CgroupFiles files, DeviceList before) {
    if (before.isPermissive()) {
      return false; // what it excepts cannot be read
    }
    try {
      set(files, before);
      return true;
    } catch (CgroupException e) {
      return false;
    }
  }

  private static DeviceList read(CgroupFiles files) {
    return DeviceList.parse(files.mustRead("devices.list"));
  }

  private static void set(CgroupFiles files, DeviceList present, DeviceList wanted) {
    files.write(transition(present, wanted));
    DeviceList reached = read(files);
    // The kernel says nothing where a rule has no effect.
    if (wanted.isPermissive() != reached.isPermissive()) {
      throw new CgroupException(SECTION + ": resulting devices cgroup doesn't match target mode");
    }
    if (!wanted.isPermissive() && !reached.equals(wanted)) {
      throw new CgroupException(
          SECTION + ": resulting devices cgroup doesn't precisely match target");
    }
  }
}
