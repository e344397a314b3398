package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.PathCalls;
import dev.proa.kernel.Stat;
import dev.proa.spec.linux.Device;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Device nodes and links in /dev: config-linux.md, Default Devices, Devices and Dev symbolic links.
 *
 * <p>All of them are made in directories held by descriptors: by path, an image whose /dev is a
 * link would have them made, and its ptmx removed, on the host (CVE-2026-41579, CVE-2026-47766).
 */
public final class Devices {
  private static final List<Device> DEFAULTS =
      List.of(
          character("/dev/null", 1, 3),
          character("/dev/zero", 1, 5),
          character("/dev/full", 1, 7),
          character("/dev/random", 1, 8),
          character("/dev/urandom", 1, 9),
          character("/dev/tty", 5, 0));

  private Devices() {}

  private static Device character(String path, long major, long minor) {
    return new Device("c", path, major, minor, 0666L, 0L, 0L);
  }

  /**
   * The steps.
   *
   * @param devices those of the config; one at the path of a default device replaces it
   * @param bind whether the process may make no nodes (a user namespace, or no privilege), so that
   *     the host's are mounted
   */
  public static List<Step> plan(List<Device> devices, boolean bind) {
    List<Step> steps = new ArrayList<>();
    Set<String> named = new HashSet<>();
    for (int i = 0; i < devices.size(); i++) {
      named.add(Rootfs.clean(devices.get(i).path()));
    }
    List<Device> defaults = new ArrayList<>(DEFAULTS.size());
    for (int i = 0; i < DEFAULTS.size(); i++) {
      Device device = DEFAULTS.get(i);
      if (!named.contains(Rootfs.clean(device.path()))) {
        if (bind) {
          steps.add(new BindDevice("devices", device));
        } else {
          defaults.add(device);
        }
      }
    }
    steps.add(new Dev(defaults));
    for (int i = 0; i < devices.size(); i++) {
      Device device = devices.get(i);
      String section = "linux.devices[" + i + "]";
      // /dev/ptmx is a link to the container's own devpts.
      if (!Rootfs.clean(device.path()).equals("dev/ptmx")) {
        steps.add(bind ? new BindDevice(section, device) : new Node(section, device));
      }
    }
    return steps;
  }

  /** What came of a node. */
  private enum Made {
    YES,
    /** Something is there already, and stays. */
    PRESENT,
    /** The process may not. */
    FORBIDDEN
  }

  private static Made make(PathCalls paths, Fd parent, String name, Device device) {
    int mode = device.fileMode() == null ? 0666 : (int) (device.fileMode() & 07777);
    boolean fifo = device.type().equals("p");
    long number = fifo ? 0 : Stat.makedev(device.major(), device.minor());
    try {
      paths.mknod(parent, name, mode | type(device.type()), number);
    } catch (KernelException e) {
      if (e.is(Errno.EEXIST)) {
        return Made.PRESENT;
      }
      if (e.is(Errno.EPERM)) {
        return Made.FORBIDDEN;
      }
      throw e;
    }
    int uid = device.uid() == null ? 0 : (int) (long) device.uid();
    int gid = device.gid() == null ? 0 : (int) (long) device.gid();
    if (uid != 0 || gid != 0) {
      paths.chown(parent, name, uid, gid, FileCalls.AT_SYMLINK_NOFOLLOW);
    }
    return Made.YES;
  }

  private static int type(String type) {
    return switch (type) {
      case "b" -> FileCalls.S_IFBLK;
      case "p" -> FileCalls.S_IFIFO;
      default -> FileCalls.S_IFCHR; // c, u
    };
  }

  /** The default nodes and the links, all in /dev itself. */
  private record Dev(List<Device> nodes) implements Step {
    @Override
    public String section() {
      return "devices";
    }

    @Override
    public void apply(Inside inside) {
      Kernel kernel = inside.kernel();
      PathCalls paths = new PathCalls(kernel);
      FileCalls files = new FileCalls(kernel);
      try (Fd dev = inside.rootfs().mkdirs("/dev", 0755)) {
        for (int i = 0; i < nodes.size(); i++) {
          Device device = nodes.get(i);
          String name = device.path().substring("/dev/".length());
          if (make(paths, dev, name, device) == Made.FORBIDDEN) {
            new BindDevice(section(), device).apply(inside);
          }
        }
        link(paths, "/proc/self/fd", dev, "fd");
        link(paths, "/proc/self/fd/0", dev, "stdin");
        link(paths, "/proc/self/fd/1", dev, "stdout");
        link(paths, "/proc/self/fd/2", dev, "stderr");
        if (files.exists(Fd.CWD, "/proc/kcore")) {
          link(paths, "/proc/kcore", dev, "core");
        }
        if (!link(paths, "pts/ptmx", dev, "ptmx")) {
          files.unlink(dev, "ptmx");
          link(paths, "pts/ptmx", dev, "ptmx");
        }
      }
    }

    /** Whether it could be made; if not, there is something already. */
    private static boolean link(PathCalls paths, String target, Fd dev, String name) {
      try {
        paths.symlink(target, dev, name);
        return true;
      } catch (KernelException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
        return false;
      }
    }
  }

  /** A node of the config. */
  private record Node(String section, Device device) implements Step {
    @Override
    public void apply(Inside inside) {
      Made made;
      try (Fd parent = inside.rootfs().parentOf(device.path())) {
        String name = Rootfs.nameOf(device.path());
        made = make(new PathCalls(inside.kernel()), parent, name, device);
        if (made == Made.PRESENT && !isThere(inside.kernel(), parent, name)) {
          throw new SetupException("\"" + device.path() + "\" exists and is another file");
        }
      }
      if (made == Made.FORBIDDEN) {
        new BindDevice(section, device).apply(inside);
      }
    }

    /** config-linux.md, Devices: a file that is there must be the device that is asked for. */
    private boolean isThere(Kernel kernel, Fd parent, String name) {
      Stat stat = new FileCalls(kernel).stat(parent, name, FileCalls.AT_SYMLINK_NOFOLLOW);
      return stat != null
          && (stat.mode() & FileCalls.S_IFMT) == type(device.type())
          && (device.type().equals("p")
              || stat.rdev() == Stat.makedev(device.major(), device.minor()));
    }
  }
}
