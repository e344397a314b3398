package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.NetlinkCalls;
import java.util.ArrayList;
import java.util.List;

/**
 * Network interfaces that a container got, and how they were before: a create that fails gives them
 * back. It holds the container's network namespace, so that they are there even where init is not.
 */
public final class MovedDevices implements AutoCloseable {
  /** One of them: as it was, with its addresses of then, and its number in the container. */
  private record Moved(
      NetlinkCalls.Link before, List<NetlinkCalls.Address> addresses, int inside) {}

  private final NetlinkCalls netlink;
  private final Fd own;
  private final Fd outside;
  private final Fd inside;
  private final List<Moved> moved = new ArrayList<>();

  /**
   * None yet. The descriptors belong to this object from here on.
   *
   * @param own the runtime's network namespace
   * @param outside a netlink socket in it
   * @param inside a netlink socket in the container's
   */
  MovedDevices(NetlinkCalls netlink, Fd own, Fd outside, Fd inside) {
    this.netlink = netlink;
    this.own = own;
    this.outside = outside;
    this.inside = inside;
  }

  Fd outside() {
    return outside;
  }

  Fd inside() {
    return inside;
  }

  void add(NetlinkCalls.Link before, List<NetlinkCalls.Address> addresses, int index) {
    moved.add(new Moved(before, addresses, index));
  }

  /**
   * Brings all of them back after a failure.
   *
   * @return the same, or, where not all came back, one that tells which did not
   */
  public RuntimeException takeBack(RuntimeException failure) {
    String left = takeBack();
    return left == null ? failure : new SetupException(failure.getMessage() + "; " + left);
  }

  /**
   * Brings all of them back, the last first: under their names, with their permanent global
   * addresses, up if they were. What else they lost by moving (routes, other addresses) stays lost.
   *
   * @return null, or which could not be brought back and why
   */
  String takeBack() {
    StringBuilder left = new StringBuilder();
    for (int i = moved.size() - 1; i >= 0; i--) {
      NetlinkCalls.Link before = moved.get(i).before();
      try {
        takeBack(moved.get(i));
      } catch (KernelException e) {
        left.append(left.isEmpty() ? "" : ", ");
        left.append(before.name()).append(" is not as it was: ").append(e.getMessage());
      }
    }
    moved.clear();
    return left.isEmpty() ? null : left.toString();
  }

  private void takeBack(Moved device) {
    NetlinkCalls.Link before = device.before();
    netlink.move(inside, device.inside(), own, before.name());
    NetlinkCalls.Link now = netlink.link(outside, before.name());
    int index = now == null ? before.index() : now.index();
    for (NetlinkCalls.Address address : device.addresses()) {
      netlink.add(outside, index, address, address.label());
    }
    if (before.up()) {
      netlink.up(outside, index);
    }
  }

  @Override
  public void close() {
    inside.close();
    outside.close();
    own.close();
  }
}
