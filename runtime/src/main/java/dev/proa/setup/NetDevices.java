package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NamespaceCalls;
import dev.proa.kernel.NetlinkCalls;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.NetDevice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code linux.netDevices}: network interfaces of the runtime's namespace that become the
 * container's.
 *
 * <p>All of it is done by the runtime, over two sockets, one made in each of the two namespaces,
 * while init waits for its first word. A create that fails later takes them back. What a container
 * has is not the runtime's any more: the kernel gives a device back when the namespace goes, or
 * removes it where it is a virtual one.
 */
public final class NetDevices {
  private static final String SECTION = "linux.netDevices";
  private static final String TEMPLATE = "%d";

  /** IFNAMSIZ without its NUL. */
  private static final int NAME = 15;

  /** One of them: its name here, and there. */
  private record Device(String outside, String inside) {
    boolean isTemplate() {
      return inside.endsWith(TEMPLATE);
    }
  }

  private final List<Device> devices;
  private final Namespaces.Join join;

  private NetDevices(List<Device> devices, Namespaces.Join join) {
    this.devices = devices;
    this.join = join;
  }

  /**
   * Decides from the config; null where there is nothing to move.
   *
   * @throws SetupException for a name that the kernel would cut off
   */
  static NetDevices plan(Linux linux, Namespaces namespaces) {
    if (linux == null || linux.netDevices().isEmpty()) {
      return null;
    }
    List<Device> devices = new ArrayList<>();
    for (Map.Entry<String, NetDevice> entry : linux.netDevices().entrySet()) {
      String name = entry.getValue().name();
      Device device =
          new Device(entry.getKey(), name == null || name.isEmpty() ? entry.getKey() : name);
      checkLength(device, device.outside);
      checkLength(device, device.inside);
      devices.add(device);
    }
    Namespaces.Join join = null;
    for (Namespaces.Join each : namespaces.joins()) {
      if (each.flag() == NamespaceCalls.CLONE_NEWNET) {
        join = each;
      }
    }
    return new NetDevices(devices, join);
  }

  private static void checkLength(Device device, String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length > NAME) {
      throw failure(device, "\"" + name + "\" is longer than 15 bytes");
    }
  }

  /**
   * Moves all of them, with their permanent global addresses, and sets them up.
   *
   * @param procfs the runtime's procfs
   * @param pid init
   * @return what was moved, to be closed by the caller
   * @throws SetupException if one cannot be moved; then all are where they were, or it says which
   *     are not
   */
  MovedDevices move(Kernel kernel, Fd procfs, int pid) {
    FileCalls files = new FileCalls(kernel);
    NetlinkCalls netlink = new NetlinkCalls(kernel);
    String path = join == null ? pid + "/ns/net" : join.path();
    try (Fd theirs = files.open(join == null ? procfs : Fd.CWD, path, FileCalls.O_RDONLY, 0)) {
      MovedDevices moved = connect(kernel, netlink, procfs, theirs);
      try {
        List<NetlinkCalls.Link> sources = sources(netlink, moved);
        for (int i = 0; i < devices.size(); i++) {
          move(netlink, moved, theirs, devices.get(i), sources.get(i));
        }
        return moved;
      } catch (RuntimeException e) {
        try (moved) {
          throw moved.takeBack(e);
        }
      }
    } catch (KernelException e) {
      throw new SetupException(SECTION + ": " + e.getMessage());
    }
  }

  /** A socket in each of the two namespaces. */
  private static MovedDevices connect(Kernel kernel, NetlinkCalls netlink, Fd procfs, Fd theirs) {
    Fd own = new FileCalls(kernel).open(procfs, "self/ns/net", FileCalls.O_RDONLY, 0);
    Fd outside = null;
    try {
      outside = netlink.socket();
      return new MovedDevices(netlink, own, outside, socketIn(kernel, netlink, theirs, own));
    } catch (KernelException e) {
      if (outside != null) {
        outside.close();
      }
      own.close();
      throw e;
    }
  }

  /**
   * The devices as they are. All is checked before anything is done: the kernel renames after it
   * has moved, so that a name that is taken would leave the device there under its old one.
   */
  private List<NetlinkCalls.Link> sources(NetlinkCalls netlink, MovedDevices moved) {
    List<NetlinkCalls.Link> sources = new ArrayList<>(devices.size());
    List<NetlinkCalls.Link> present = netlink.links(moved.inside());
    for (Device device : devices) {
      sources.add(source(netlink, moved.outside(), device));
      if (named(present, device.inside) != null) {
        throw failure(device, "the container has a network device of the name " + device.inside);
      }
    }
    return sources;
  }

  private static NetlinkCalls.Link source(NetlinkCalls netlink, Fd outside, Device device) {
    NetlinkCalls.Link link = netlink.link(outside, device.outside);
    if (link == null) {
      throw failure(device, "no such network device");
    }
    return link;
  }

  private static void move(
      NetlinkCalls netlink, MovedDevices all, Fd theirs, Device device, NetlinkCalls.Link source) {
    try {
      List<NetlinkCalls.Address> addresses =
          netlink.permanentAddresses(all.outside(), source.index());
      List<NetlinkCalls.Link> before = netlink.links(all.inside());
      netlink.move(all.outside(), source.index(), theirs, device.inside);
      // Its number may be another one now, and where a template was given, so is its name.
      NetlinkCalls.Link moved = arrived(before, netlink.links(all.inside()), device);
      all.add(source, addresses, moved.index());
      for (int i = 0; i < addresses.size(); i++) {
        NetlinkCalls.Address address = addresses.get(i);
        String label = label(address.label(), source.name(), moved.name());
        netlink.add(all.inside(), moved.index(), address, label);
      }
      netlink.up(all.inside(), moved.index());
    } catch (KernelException e) {
      throw failure(device, e.getMessage());
    }
  }

  private static NetlinkCalls.Link arrived(
      List<NetlinkCalls.Link> before, List<NetlinkCalls.Link> after, Device device) {
    NetlinkCalls.Link found = named(after, device.inside);
    for (int i = 0; found == null && device.isTemplate() && i < after.size(); i++) {
      if (named(before, after.get(i).name()) == null) {
        found = after.get(i);
      }
    }
    if (found == null) {
      throw failure(device, "it is not in the container after it was moved");
    }
    return found;
  }

  private static NetlinkCalls.Link named(List<NetlinkCalls.Link> links, String name) {
    for (NetlinkCalls.Link link : links) {
      if (link.name().equals(name)) {
        return link;
      }
    }
    return null;
  }

  /** Labels of IPv4 addresses begin with the device's name: with its new one from here on. */
  static String label(String label, String before, String now) {
    if (label == null || label.equals(before)) {
      return null;
    }
    if (!label.startsWith(before + ":")) {
      return label;
    }
    String renamed = now + label.substring(before.length());
    return renamed.getBytes(StandardCharsets.UTF_8).length > NAME ? null : renamed;
  }

  /** A socket in {@code namespace}; this process is in {@code own} before and after. */
  private static Fd socketIn(Kernel kernel, NetlinkCalls netlink, Fd namespace, Fd own) {
    NamespaceCalls namespaces = new NamespaceCalls(kernel);
    namespaces.setns(namespace, NamespaceCalls.CLONE_NEWNET);
    try {
      return netlink.socket();
    } finally {
      namespaces.setns(own, NamespaceCalls.CLONE_NEWNET);
    }
  }

  private static SetupException failure(Device device, String reason) {
    return new SetupException(SECTION + "." + device.outside + ": " + reason);
  }
}
