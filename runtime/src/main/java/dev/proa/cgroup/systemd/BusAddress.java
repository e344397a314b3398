package dev.proa.cgroup.systemd;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a systemd listens.
 *
 * @param path the socket's path; {@code @} stands for the NUL of an abstract name
 * @param bus whether there is a message bus between; else it is systemd's private socket, which
 *     systemctl uses too: it is there before and without a bus
 */
record BusAddress(String path, boolean bus) {
  /** Where the machine's systemd may be found, best first. */
  static List<BusAddress> system() {
    return List.of(
        new BusAddress("/run/systemd/private", false),
        new BusAddress("/run/dbus/system_bus_socket", true));
  }

  /**
   * Where a user's systemd may be found, best first.
   *
   * @param runtimeDir XDG_RUNTIME_DIR, or null
   * @param sessionBus DBUS_SESSION_BUS_ADDRESS, or null
   */
  static List<BusAddress> user(String runtimeDir, String sessionBus) {
    List<BusAddress> addresses = new ArrayList<>();
    boolean directory = runtimeDir != null && !runtimeDir.isEmpty();
    if (directory) {
      addresses.add(new BusAddress(runtimeDir + "/systemd/private", false));
    }
    if (sessionBus != null) {
      parse(sessionBus, addresses);
    }
    if (directory) {
      addresses.add(new BusAddress(runtimeDir + "/bus", true));
    }
    return addresses;
  }

  /** {@code unix:path=/run/user/1000/bus,guid=…;…} (D-Bus specification, Server Addresses). */
  private static void parse(String text, List<BusAddress> addresses) {
    for (String address : text.split(";")) {
      if (address.startsWith("unix:")) {
        for (String pair : address.substring("unix:".length()).split(",")) {
          if (pair.startsWith("path=")) {
            addresses.add(new BusAddress(unescape(pair.substring("path=".length())), true));
          } else if (pair.startsWith("abstract=")) {
            String name = unescape(pair.substring("abstract=".length()));
            addresses.add(new BusAddress("@" + name, true));
          }
        }
      }
    }
  }

  /** Undoes {@code %20}. */
  private static String unescape(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte plain = bytes[i];
      if (plain == '%' && i + 2 < bytes.length) {
        plain = (byte) (Character.digit(bytes[i + 1], 16) * 16 + Character.digit(bytes[i + 2], 16));
        i += 2;
      }
      bytes[length++] = plain;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
