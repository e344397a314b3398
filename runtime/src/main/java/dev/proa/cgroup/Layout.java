package dev.proa.cgroup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.MountCalls;
import dev.proa.kernel.MountInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Where this machine's cgroup hierarchies are mounted, and where this process is in each: what
 * {@code /proc/self/mountinfo} and {@code /proc/self/cgroup} say (cgroups(7)).
 *
 * @param hierarchies each version 1 hierarchy of a known controller once, and cgroup2 where it is
 *     mounted
 */
public record Layout(List<Hierarchy> hierarchies) {
  /** The name of cgroup2 in {@code /proc/self/cgroup}, and in the paths that callers keep. */
  public static final String UNIFIED = "";

  private static final String USUAL_PLACE = "/sys/fs/cgroup";
  private static final long CGROUP2_SUPER_MAGIC = 0x63677270; // linux/magic.h

  /**
   * The version 1 controllers that a container joins, in this order. cpuset is first: it is the one
   * that needs values before a process can join.
   */
  private static final List<String> CONTROLLERS =
      List.of(
          "cpuset",
          "devices",
          "memory",
          "cpu",
          "cpuacct",
          "pids",
          "blkio",
          "hugetlb",
          "net_cls",
          "net_prio",
          "perf_event",
          "freezer",
          "rdma",
          "misc",
          "name=systemd");

  /**
   * One mounted hierarchy.
   *
   * @param controller a controller of it, {@code name=systemd}, or {@link #UNIFIED} for cgroup2
   * @param mountPoint where it is mounted
   * @param root which of its cgroups is at the mount point; {@code /} but for nested containers
   * @param own this process's cgroup in it, from the hierarchy's root
   */
  public record Hierarchy(String controller, String mountPoint, String root, String own) {
    /** The directory of this process's own cgroup. */
    public String ownPath() {
      // In a container without a cgroup namespace, /proc/self/cgroup shows the host's paths, of
      // which only those below the mount's root exist here.
      String below = own;
      if (!root.equals("/")) {
        if (own.equals(root)) {
          below = "/";
        } else if (own.startsWith(root + "/")) {
          below = own.substring(root.length());
        }
      }
      return below.equals("/") ? mountPoint : mountPoint + below;
    }
  }

  /** Whether there is cgroup2 only. */
  public boolean isUnified() {
    return hierarchies.size() == 1 && hierarchies.getFirst().controller().equals(UNIFIED);
  }

  /** Looks at the machine: reads one or two files of procfs. */
  public static Layout detect(Kernel kernel) {
    FileCalls files = new FileCalls(kernel);
    String cgroup = files.readText("/proc/self/cgroup");
    // Most machines have cgroup2 alone, and some have thousands of mounts to read through.
    String own = isCgroup2(kernel, files) ? own(cgroup, UNIFIED) : null;
    if (own != null) {
      return new Layout(List.of(new Hierarchy(UNIFIED, USUAL_PLACE, "/", own)));
    }
    return parse(files.readText("/proc/self/mountinfo"), cgroup);
  }

  private static boolean isCgroup2(Kernel kernel, FileCalls files) {
    try (Fd fd = files.openIfPresent(Fd.CWD, USUAL_PLACE, FileCalls.O_PATH)) {
      return fd != null && new MountCalls(kernel).statfs(fd).type() == CGROUP2_SUPER_MAGIC;
    }
  }

  /** The layout that these texts of {@code mountinfo} and {@code cgroup} describe (proc(5)). */
  public static Layout parse(String mountinfo, String cgroup) {
    List<Mount> mounts = Mount.parse(mountinfo);
    List<Hierarchy> found = new ArrayList<>();
    for (String controller : CONTROLLERS) {
      Mount mount = Mount.find(mounts, controller);
      String own = mount == null ? null : own(cgroup, controller);
      if (own != null) {
        found.add(new Hierarchy(controller, mount.point, mount.root, own));
      }
    }
    Mount unified = Mount.find(mounts, UNIFIED);
    String own = unified == null ? null : own(cgroup, UNIFIED);
    if (own != null) {
      found.add(new Hierarchy(UNIFIED, unified.point, unified.root, own));
    }
    return new Layout(List.copyOf(found));
  }

  /** The path of the line {@code id:controllers:path} that has the controller. */
  private static String own(String cgroup, String controller) {
    int at = 0;
    while (at < cgroup.length()) {
      int end = cgroup.indexOf('\n', at);
      end = end < 0 ? cgroup.length() : end;
      int first = cgroup.indexOf(':', at);
      int second = cgroup.indexOf(':', first + 1);
      if (first > 0 && second > 0 && second < end) {
        if (hasWord(cgroup.substring(first + 1, second), controller)) {
          return cgroup.substring(second + 1, end);
        }
      }
      at = end + 1;
    }
    return null;
  }

  /** Whether a word is in a list with commas. */
  private static boolean hasWord(String list, String word) {
    int at = 0;
    while (true) {
      int end = list.indexOf(',', at);
      end = end < 0 ? list.length() : end;
      if (end - at == word.length() && list.startsWith(word, at)) {
        return true;
      }
      if (end == list.length()) {
        return false;
      }
      at = end + 1;
    }
  }

  /** One mount of type cgroup or cgroup2. */
  private record Mount(String point, String root, boolean unified, String options) {
    static List<Mount> parse(String mountinfo) {
      List<Mount> mounts = new ArrayList<>();
      // Hosts with thousands of mounts exist: only the lines of these types are taken apart.
      String mark = " - cgroup";
      for (int at = mountinfo.indexOf(mark); at >= 0; at = mountinfo.indexOf(mark, at + 1)) {
        int start = mountinfo.lastIndexOf('\n', at) + 1;
        int end = mountinfo.indexOf('\n', at);
        end = end < 0 ? mountinfo.length() : end;
        String[] before = mountinfo.substring(start, at).split(" ");
        String[] after = mountinfo.substring(at + 3, end).split(" ");
        if (before.length >= 6 && after.length >= 3) {
          boolean unified = after[0].equals("cgroup2");
          if (unified || after[0].equals("cgroup")) {
            mounts.add(
                new Mount(
                    MountInfo.unescape(before[4]),
                    MountInfo.unescape(before[3]),
                    unified,
                    after[2]));
          }
        }
      }
      return mounts;
    }

    /** The mount that has the controller; those in the usual place go before bind mounts of it. */
    static Mount find(List<Mount> mounts, String controller) {
      boolean unified = controller.equals(UNIFIED);
      Mount other = null;
      for (Mount mount : mounts) {
        if (mount.unified == unified && (unified || hasWord(mount.options, controller))) {
          if (mount.point.startsWith(USUAL_PLACE)) {
            return mount;
          }
          other = other == null ? mount : other;
        }
      }
      return other;
    }
  }
}
