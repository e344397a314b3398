package dev.proa.diagnosis;

import dev.proa.cgroup.HugePages;
import dev.proa.cgroup.Layout;
import dev.proa.kernel.CredentialCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.setup.NumberList;
import dev.proa.setup.SetupException;
import dev.proa.spec.Choice;
import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.Namespace;
import dev.proa.spec.linux.resources.Cpu;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.List;

/** The section {@code linux}, but for seccomp: what this kernel and this host do not have. */
final class LinuxCheck {
  /** Less does not hold proa's own init until execve(2). */
  private static final long LITTLE_MEMORY = 4 << 20;

  private final Subject subject;
  private final Linux linux;
  private final Report report;
  private final FileCalls files;

  LinuxCheck(Subject subject, Report report) {
    this.subject = subject;
    this.linux = subject.linux();
    this.report = report;
    this.files = new FileCalls(subject.kernel());
  }

  void check() {
    report.run(this::namespaces);
    report.run(this::mappings);
    report.run(this::sysctl);
    report.run(this::netDevices);
    if (linux.resources() != null) {
      report.run(() -> controllers(linux.resources()));
      report.run(() -> limits(linux.resources()));
    }
  }

  private void namespaces() {
    for (int i = 0; i < linux.namespaces().size(); i++) {
      Namespace namespace = linux.namespaces().get(i);
      String pointer = "/linux/namespaces/" + i;
      String file = "/proc/self/ns/" + namespace.type().file();
      if (!files.exists(Fd.CWD, file)) {
        report.error(
            pointer + "/type", "this kernel has no " + namespace.type() + " namespaces", null);
      } else if (namespace.path() == null) {
        limit(pointer + "/type", namespace.type());
      } else if (!files.exists(Fd.CWD, namespace.path())) {
        report.error(
            pointer + "/path",
            "nothing is at " + namespace.path(),
            "the process that kept the namespace is gone, or nobody has mounted it there");
      }
    }
  }

  private void limit(String pointer, Namespace.Type type) {
    String path = "/proc/sys/user/max_" + type.file() + "_namespaces";
    if (files.exists(Fd.CWD, path) && files.readText(path).strip().equals("0")) {
      report.error(
          pointer,
          "the limit of " + type + " namespaces is 0",
          "sysctl -w " + path.substring("/proc/sys/".length()).replace('/', '.') + "=15000");
    }
  }

  private void mappings() {
    if (subject.namespace(Namespace.Type.USER) == null || linux.uidMappings().isEmpty()) {
      return;
    }
    if (!Subject.isMapped(0, linux.uidMappings())) {
      report.error(
          "/linux/uidMappings",
          "uid 0 of the container is not mapped: nobody could set it up",
          "add {\"containerID\": 0, \"hostID\": …, \"size\": 1}");
    }
    if (!Subject.isMapped(0, linux.gidMappings())) {
      report.error(
          "/linux/gidMappings",
          "gid 0 of the container is not mapped: nobody could set it up",
          "add {\"containerID\": 0, \"hostID\": …, \"size\": 1}");
    }
    overlaps("/linux/uidMappings", linux.uidMappings());
    overlaps("/linux/gidMappings", linux.gidMappings());
    int user = CredentialCalls.geteuid(subject.kernel());
    boolean one = linux.uidMappings().size() == 1 && linux.uidMappings().getFirst().size() == 1;
    if (user != 0 && one && linux.uidMappings().getFirst().hostID() != user) {
      report.error(
          "/linux/uidMappings/0/hostID",
          "user " + user + " may map only itself",
          "write " + user + ", or map a range of /etc/subuid");
    } else if (user != 0 && !one && !files.exists(Fd.CWD, "/usr/bin/newuidmap")) {
      report.error(
          "/linux/uidMappings",
          "user " + user + " needs newuidmap for this, which is not here",
          "install uidmap (Debian) or shadow-utils");
    }
  }

  private void overlaps(String pointer, List<IdMapping> mappings) {
    for (int i = 0; i < mappings.size(); i++) {
      for (int j = 0; j < i; j++) {
        IdMapping a = mappings.get(i);
        IdMapping b = mappings.get(j);
        if (meet(a.containerID(), a.size(), b.containerID(), b.size())) {
          report.error(pointer + "/" + i, "the range inside meets that of [" + j + "]", null);
        } else if (meet(a.hostID(), a.size(), b.hostID(), b.size())) {
          report.error(pointer + "/" + i, "the range outside meets that of [" + j + "]", null);
        }
      }
    }
  }

  private static boolean meet(long a, long sizeA, long b, long sizeB) {
    return a < b + sizeB && b < a + sizeA;
  }

  private void sysctl() {
    for (String name : linux.sysctl().keySet()) {
      String path = name.indexOf('/') >= 0 ? name : name.replace('.', '/');
      if (name.contains("..") || files.exists(Fd.CWD, "/proc/sys/" + path)) {
        continue;
      }
      int slash = path.lastIndexOf('/');
      String folder = "/proc/sys/" + path.substring(0, Math.max(slash, 0));
      String meant =
          files.exists(Fd.CWD, folder)
              ? Choice.nearest(path.substring(slash + 1), files.list(Fd.CWD, folder))
              : null;
      report.error(
          "/linux/sysctl/" + name.replace("~", "~0").replace("/", "~1"),
          "this kernel has no parameter " + name,
          meant == null
              ? null
              : "did you mean " + path.substring(0, slash + 1).replace('/', '.') + meant + "?");
    }
  }

  private void netDevices() {
    for (String name : linux.netDevices().keySet()) {
      if (!files.exists(Fd.CWD, "/sys/class/net/" + name)) {
        List<String> there = files.list(Fd.CWD, "/sys/class/net");
        String meant = Choice.nearest(name, there);
        report.error(
            "/linux/netDevices/" + name,
            "this host has no network interface " + name + ", only " + String.join(", ", there),
            meant == null ? null : "did you mean " + meant + "?");
      }
    }
  }

  /** Controllers that the limits need and that nobody has mounted or given to this process. */
  private void controllers(Resources resources) {
    List<String> there = controllers();
    needs(there, "/linux/resources/memory", "memory", resources.memory() != null);
    needs(there, "/linux/resources/pids", "pids", resources.pids() != null);
    Cpu cpu = resources.cpu();
    boolean set = cpu != null && (cpu.cpus() != null || cpu.mems() != null);
    needs(there, "/linux/resources/cpu", "cpuset", set);
    needs(
        there,
        "/linux/resources/cpu",
        "cpu",
        cpu != null && (cpu.shares() != null || cpu.quota() != null || cpu.period() != null));
    needs(
        there, "/linux/resources/hugepageLimits", "hugetlb", !resources.hugepageLimits().isEmpty());
    needs(
        there,
        "/linux/resources/network",
        "net_cls",
        resources.network() != null && resources.network().classID() != null);
    needs(there, "/linux/resources/rdma", "rdma", !resources.rdma().isEmpty());
  }

  private List<String> controllers() {
    List<String> names = new ArrayList<>();
    for (Layout.Hierarchy hierarchy : Layout.detect(subject.kernel()).hierarchies()) {
      names.add(hierarchy.controller());
      if (hierarchy.controller().equals(Layout.UNIFIED)) {
        String text = files.readText(hierarchy.mountPoint() + "/cgroup.controllers");
        names.addAll(List.of(text.strip().split(" ")));
      }
    }
    return names;
  }

  private void needs(List<String> there, String pointer, String controller, boolean needed) {
    if (needed && !there.contains(controller)) {
      report.error(
          pointer,
          "this host's cgroups have no controller " + controller,
          "`proa doctor` shows the layout; take the limit out, or boot with the controller");
    }
  }

  private void limits(Resources resources) {
    if (resources.memory() != null
        && resources.memory().limit() != null
        && resources.memory().limit() >= 0
        && resources.memory().limit() < LITTLE_MEMORY) {
      report.warning(
          "/linux/resources/memory/limit",
          resources.memory().limit()
              + " bytes are hardly enough to start anything: the kernel may kill it before it runs",
          "give it " + LITTLE_MEMORY + " or more");
    }
    if (resources.memory() != null
        && resources.memory().swap() != null
        && resources.memory().limit() != null
        && resources.memory().swap() >= 0
        && resources.memory().swap() < resources.memory().limit()) {
      report.error(
          "/linux/resources/memory/swap",
          "is memory and swap together, so it cannot be less than memory.limit",
          "write " + resources.memory().limit() + " or more; -1 for no limit");
    }
    Cpu cpu = resources.cpu();
    if (cpu != null) {
      numbers("/linux/resources/cpu/cpus", cpu.cpus(), "/sys/devices/system/cpu/online", "CPU");
      numbers("/linux/resources/cpu/mems", cpu.mems(), "/sys/devices/system/node/online", "node");
    }
    List<String> sizes = HugePages.sizes(subject.kernel());
    for (int i = 0; i < resources.hugepageLimits().size(); i++) {
      String size = resources.hugepageLimits().get(i).pageSize();
      if (!sizes.contains(size)) {
        report.error(
            "/linux/resources/hugepageLimits/" + i + "/pageSize",
            "this kernel has no huge pages of " + size + ", only " + String.join(", ", sizes),
            null);
      }
    }
  }

  private void numbers(String pointer, String list, String file, String what) {
    if (list == null || list.isBlank() || !files.exists(Fd.CWD, file)) {
      return;
    }
    String online = files.readText(file).strip();
    byte[] there = NumberList.parse(online);
    byte[] wanted;
    try {
      wanted = NumberList.parse(list);
    } catch (SetupException e) {
      report.error(pointer, '"' + list + "\" is no list such as 0-3,5", null);
      return;
    }
    for (int i = 0; i < wanted.length * 8; i++) {
      boolean has = i / 8 < there.length && (there[i / 8] >> (i % 8) & 1) != 0;
      if ((wanted[i / 8] >> (i % 8) & 1) != 0 && !has) {
        report.error(pointer, "this host has no " + what + " " + i + ", only " + online, null);
        return;
      }
    }
  }
}
