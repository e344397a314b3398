package dev.proa.cgroup.systemd;

import dev.proa.cgroup.DeviceList;
import dev.proa.spec.linux.resources.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Device rules as properties of a unit: what systemd sets again whenever it touches the unit. The
 * exact rules are in force beside it, by the cgroup's own program or files.
 */
final class DeviceProperties {
  private DeviceProperties() {}

  /**
   * The properties for these rules; none where there are none.
   *
   * @param section the config path of the list, for errors
   * @param version systemd's
   */
  static List<Property> of(List<DeviceRule> rules, String section, int version) {
    if (rules.isEmpty()) {
      return List.of();
    }
    DeviceList list = DeviceList.of(rules, section);
    boolean all = list.isPermissive() && list.exceptions().isEmpty();
    List<Property> properties = new ArrayList<>();
    properties.add(Property.of("DevicePolicy", all ? "auto" : "strict"));
    // The empty list first: each later one is added to what is there.
    properties.add(new Property("DeviceAllow", Variant.of("a(ss)", List.of())));
    // systemd knows no "all but": then it allows nothing until the exact rules replace it.
    if (!list.isPermissive()) {
      List<Object> entries = new ArrayList<>();
      for (Map.Entry<DeviceList.Devices, Integer> entry : list.exceptions().entrySet()) {
        String path = path(entry.getKey(), version);
        if (path != null) {
          entries.add(List.of(path, DeviceList.access(entry.getValue())));
        }
      }
      properties.add(new Property("DeviceAllow", Variant.of("a(ss)", entries)));
    }
    return properties;
  }

  /** systemd's name for these devices, or null: it has none for one minor of all majors. */
  private static String path(DeviceList.Devices devices, int version) {
    String type = devices.block() ? "block" : "char";
    if (devices.major() == DeviceList.ANY) {
      return devices.minor() == DeviceList.ANY ? type + "-*" : null;
    }
    if (devices.minor() == DeviceList.ANY) {
      // Before systemd 240, a group's name from /proc/devices had to be given.
      return version < 240 ? null : type + "-" + devices.major();
    }
    return "/dev/" + type + "/" + devices.major() + ":" + devices.minor();
  }
}
