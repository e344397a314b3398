package dev.proa.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Network interfaces and their addresses: rtnetlink(7) over a socket of netlink(7).
 *
 * <p>A socket stays in the network namespace that it was made in, whatever its process does. What
 * the kernel answers with an error is thrown as a failure of the sendto(2) that asked for it.
 */
public final class NetlinkCalls {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 02000000;
  private static final int NETLINK_ROUTE = 0;
  private static final int MSG_TRUNC = 0x20;

  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;
  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLM_F_DUMP = 0x300;
  private static final int NLM_F_CREATE = 0x400;
  private static final int NLM_F_EXCL = 0x200;

  private static final int RTM_NEWLINK = 16;
  private static final int RTM_GETLINK = 18;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_GETADDR = 22;

  // struct ifinfomsg: family, pad, type (2), index, flags, change
  private static final int IFINFOMSG = 16;
  private static final int IFI_INDEX = 4;
  private static final int IFI_FLAGS = 8;
  private static final int IFI_CHANGE = 12;
  private static final int IFF_UP = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_NET_NS_FD = 28;

  // struct ifaddrmsg: family, prefix length, flags, scope, index
  private static final int IFADDRMSG = 8;
  private static final int IFA_INDEX = 4;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_LABEL = 3;
  private static final int IFA_BROADCAST = 4;
  private static final int IFA_CACHEINFO = 6;
  private static final int IFA_FLAGS = 8;
  private static final int IFA_RT_PRIORITY = 9;
  private static final int IFA_PROTO = 11;
  private static final int RT_SCOPE_UNIVERSE = 0;
  private static final int IFA_F_PERMANENT = 0x80;

  // What may be asked for: NODAD, OPTIMISTIC, HOMEADDRESS, MANAGETEMPADDR, NOPREFIXROUTE and
  // MCAUTOJOIN. The other flags tell of a state.
  private static final int IFA_F_ASKED = 0x02 | 0x04 | 0x10 | 0x100 | 0x200 | 0x400;

  // The kernel never sends more at once to who asks with this much: netlink(7), "Bugs" apart.
  private static final int BUFFER = 32 * 1024;

  private final Kernel kernel;
  private int sequence;

  /** Over that kernel. */
  public NetlinkCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * A network interface.
   *
   * @param index its number in its namespace
   * @param name its name
   * @param up whether it is up
   */
  public record Link(int index, String name, boolean up) {}

  /**
   * An address of an interface, with what it takes to add it again.
   *
   * @param family AF_INET or AF_INET6
   * @param prefixLength in bits
   * @param flags IFA_F_* that one may ask for
   * @param label the name that AF_INET addresses have, or null
   * @param attributes the other attributes, by their number; null where it has none
   */
  public record Address(
      int family, int prefixLength, int flags, String label, List<byte[]> attributes) {
    /** As {@code 10.0.0.1/24}. */
    @Override
    public String toString() {
      byte[] bytes = attributes.get(IFA_LOCAL);
      return text(bytes == null ? attributes.get(IFA_ADDRESS) : bytes) + "/" + prefixLength;
    }
  }

  /** A socket in the network namespace of this process: socket(2) of AF_NETLINK. */
  public Fd socket() {
    Call call =
        Call.of(
            Sysno.SOCKET,
            Arg.named(AF_NETLINK, "AF_NETLINK"),
            Arg.named(SOCK_RAW_CLOEXEC, "SOCK_RAW|SOCK_CLOEXEC"),
            Arg.named(NETLINK_ROUTE, "NETLINK_ROUTE"));
    return new Fd(kernel, (int) kernel.must(call), "netlink");
  }

  /** The interface of that name, or null where there is none. */
  public Link link(Fd socket, String name) {
    NetlinkMessage request =
        message(RTM_GETLINK, "RTM_GETLINK", 0, IFINFOMSG)
            .attribute(IFLA_IFNAME, "IFLA_IFNAME", name);
    List<Link> found = new ArrayList<>(1);
    try {
      exchange(socket, request, false, (bytes, at, end) -> addLink(found, bytes, at, end));
    } catch (KernelException e) {
      if (e.is(Errno.ENODEV)) {
        return null;
      }
      throw e;
    }
    return found.isEmpty() ? null : found.getFirst();
  }

  /** All interfaces. */
  public List<Link> links(Fd socket) {
    List<Link> found = new ArrayList<>();
    boolean whole = false;
    while (!whole) {
      found.clear();
      whole =
          exchange(
              socket,
              message(RTM_GETLINK, "RTM_GETLINK", NLM_F_DUMP, IFINFOMSG),
              true,
              (bytes, at, end) -> addLink(found, bytes, at, end));
    }
    return found;
  }

  /** The permanent addresses of global scope of that interface, of any family, in their order. */
  public List<Address> permanentAddresses(Fd socket, int index) {
    List<Address> found = new ArrayList<>();
    boolean whole = false;
    while (!whole) {
      found.clear();
      whole =
          exchange(
              socket,
              message(RTM_GETADDR, "RTM_GETADDR", NLM_F_DUMP, IFADDRMSG),
              true,
              (bytes, at, end) -> addAddress(found, index, bytes, at, end));
    }
    return found;
  }

  /**
   * Moves an interface into another network namespace and names it. It is down there and has no
   * address.
   *
   * @param namespace a file of /proc/PID/ns/net
   * @param name its new name; one with {@code %d} lets the kernel choose the number
   */
  public void move(Fd socket, int index, Fd namespace, String name) {
    acknowledged(
        socket,
        message(RTM_NEWLINK, "RTM_NEWLINK", NLM_F_ACK, IFINFOMSG)
            .u32(IFI_INDEX, "ifi_index", index, Integer.toString(index))
            .attribute(IFLA_NET_NS_FD, "IFLA_NET_NS_FD", namespace.number(), namespace.toString())
            .attribute(IFLA_IFNAME, "IFLA_IFNAME", name));
  }

  /**
   * Adds an address to an interface.
   *
   * @param label what it is called, or null for the interface's name
   */
  public void add(Fd socket, int index, Address address, String label) {
    NetlinkMessage request =
        message(RTM_NEWADDR, "RTM_NEWADDR", NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, IFADDRMSG)
            .u8(0, address.family)
            .u8(1, address.prefixLength)
            .u32(IFA_INDEX, "ifa_index", index, Integer.toString(index));
    for (int type = 0; type < address.attributes.size(); type++) {
      byte[] value = address.attributes.get(type);
      if (value != null) {
        request.attribute(type, attributeName(type), value, shown(type, value));
      }
    }
    if (label != null) {
      request.attribute(IFA_LABEL, "IFA_LABEL", label);
    }
    int flags = address.flags;
    request.attribute(IFA_FLAGS, "IFA_FLAGS", flags, "0x" + Integer.toHexString(flags));
    acknowledged(socket, request);
  }

  /** Sets an interface up. */
  public void up(Fd socket, int index) {
    acknowledged(
        socket,
        message(RTM_NEWLINK, "RTM_NEWLINK", NLM_F_ACK, IFINFOMSG)
            .u32(IFI_INDEX, "ifi_index", index, Integer.toString(index))
            .u32(IFI_FLAGS, "ifi_flags", IFF_UP, "IFF_UP")
            .u32(IFI_CHANGE, "ifi_change", IFF_UP, "IFF_UP"));
  }

  private NetlinkMessage message(int type, String name, int flags, int fixed) {
    sequence++;
    return new NetlinkMessage(type, name, flags | NLM_F_REQUEST, sequence, fixed);
  }

  /** Takes the body of one message of an answer, from {@code at} to {@code end}. */
  @FunctionalInterface
  private interface Body {
    void take(byte[] bytes, int at, int end);
  }

  private void acknowledged(Fd socket, NetlinkMessage request) {
    exchange(socket, request, false, (bytes, at, end) -> {});
  }

  /**
   * Sends a request and takes its answer.
   *
   * @param dump whether the answer goes on to NLMSG_DONE; else one message is all of it
   * @return whether nothing changed while the kernel put the answer together
   */
  private boolean exchange(Fd socket, NetlinkMessage request, boolean dump, Body body) {
    Call call = request.sendCall(socket);
    kernel.must(call);
    byte[] buffer = new byte[BUFFER];
    boolean whole = true;
    while (true) {
      int length = receive(socket, buffer);
      int at = 0;
      while (at + NetlinkMessage.HEADER <= length) {
        int size = Bytes.getInt(buffer, at);
        if (size < NetlinkMessage.HEADER || size > length - at) {
          throw new KernelException(call, Errno.EIO);
        }
        int type = Bytes.getShort(buffer, at + 4);
        int start = at + NetlinkMessage.HEADER;
        if (Bytes.getInt(buffer, at + 8) == sequence) {
          whole &= (Bytes.getShort(buffer, at + 6) & NLM_F_DUMP_INTR) == 0;
          if (type == NLMSG_DONE) {
            return whole;
          }
          if (type == NLMSG_ERROR) {
            int error = size < NetlinkMessage.HEADER + 4 ? -5 : Bytes.getInt(buffer, start);
            if (error != 0) {
              throw new KernelException(call, Errno.of(-error));
            }
            return whole;
          }
          body.take(buffer, start, at + size);
          if (!dump) {
            return whole;
          }
        }
        at += NetlinkMessage.aligned(size);
      }
    }
  }

  private int receive(Fd socket, byte[] buffer) {
    Call call =
        Call.of(
            Sysno.RECVFROM,
            socket.arg(),
            Arg.out(buffer),
            Arg.of(buffer.length),
            Arg.named(MSG_TRUNC, "MSG_TRUNC"));
    while (true) {
      long length = kernel.call(call);
      if (length >= 0) {
        if (length > buffer.length) {
          throw new KernelException(call, Errno.E2BIG);
        }
        return (int) length;
      }
      if (length != -Errno.EINTR.value()) {
        throw new KernelException(call, Errno.of((int) -length));
      }
    }
  }

  private static void addLink(List<Link> links, byte[] bytes, int at, int end) {
    String[] name = {""};
    attributes(
        bytes,
        at + IFINFOMSG,
        end,
        (type, value) -> {
          if (type == IFLA_IFNAME) {
            name[0] = string(value);
          }
        });
    boolean up = (Bytes.getInt(bytes, at + IFI_FLAGS) & IFF_UP) != 0;
    links.add(new Link(Bytes.getInt(bytes, at + IFI_INDEX), name[0], up));
  }

  private static void addAddress(
      List<Address> addresses, int index, byte[] bytes, int at, int end) {
    if (Bytes.getInt(bytes, at + IFA_INDEX) != index || bytes[at + 3] != RT_SCOPE_UNIVERSE) {
      return;
    }
    // The fixed part has room for eight flags; since Linux 3.14 all of them come as an attribute.
    int[] flags = {bytes[at + 2] & 0xff};
    String[] label = {null};
    List<byte[]> kept = new ArrayList<>();
    attributes(
        bytes,
        at + IFADDRMSG,
        end,
        (type, value) -> {
          switch (type) {
            case IFA_FLAGS -> flags[0] = Bytes.getInt(value, 0);
            case IFA_LABEL -> label[0] = string(value);
            case IFA_ADDRESS,
                IFA_LOCAL,
                IFA_BROADCAST,
                IFA_CACHEINFO,
                IFA_RT_PRIORITY,
                IFA_PROTO -> {
              while (kept.size() <= type) {
                kept.add(null);
              }
              kept.set(type, value);
            }
            default -> {}
          }
        });
    if ((flags[0] & IFA_F_PERMANENT) != 0) {
      addresses.add(
          new Address(bytes[at], bytes[at + 1] & 0xff, flags[0] & IFA_F_ASKED, label[0], kept));
    }
  }

  /** Takes one attribute. */
  @FunctionalInterface
  private interface Attribute {
    void take(int type, byte[] value);
  }

  private static void attributes(byte[] bytes, int start, int end, Attribute each) {
    int at = start;
    while (at + NetlinkMessage.ATTRIBUTE <= end) {
      int size = Bytes.getShort(bytes, at);
      if (size < NetlinkMessage.ATTRIBUTE || size > end - at) {
        return;
      }
      each.take(
          Bytes.getShort(bytes, at + 2),
          Arrays.copyOfRange(bytes, at + NetlinkMessage.ATTRIBUTE, at + size));
      at += NetlinkMessage.aligned(size);
    }
  }

  private static String string(byte[] value) {
    int length = 0;
    while (length < value.length && value[length] != 0) {
      length++;
    }
    return new String(value, 0, length, StandardCharsets.UTF_8);
  }

  private static String attributeName(int type) {
    return switch (type) {
      case IFA_ADDRESS -> "IFA_ADDRESS";
      case IFA_LOCAL -> "IFA_LOCAL";
      case IFA_BROADCAST -> "IFA_BROADCAST";
      case IFA_CACHEINFO -> "IFA_CACHEINFO";
      case IFA_RT_PRIORITY -> "IFA_RT_PRIORITY";
      default -> "IFA_PROTO";
    };
  }

  private static String shown(int type, byte[] value) {
    return switch (type) {
      case IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST -> text(value);
      default -> "[" + value.length + " bytes]";
    };
  }

  /** An address of four or of sixteen bytes as one writes it; IPv6 without shortening. */
  private static String text(byte[] address) {
    StringBuilder text = new StringBuilder();
    boolean four = address.length == 4;
    for (int i = 0; i < address.length; i += four ? 1 : 2) {
      if (four) {
        text.append(i == 0 ? "" : ".").append(address[i] & 0xff);
      } else {
        int pair = (address[i] & 0xff) << 8 | (address[i + 1] & 0xff);
        text.append(i == 0 ? "" : ":").append(Integer.toHexString(pair));
      }
    }
    return text.toString();
  }
}
