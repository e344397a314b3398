package dev.proa.doctor;

import dev.proa.cgroup.Layout;
import dev.proa.kernel.Fd;
import java.util.ArrayList;
import java.util.List;

/** The cgroup hierarchies, and whether this user may make groups in them. */
final class CgroupProbes {
  private final Probes probes;

  CgroupProbes(Probes probes) {
    this.probes = probes;
  }

  void ask() {
    probes.group("cgroups");
    Layout layout = Layout.detect(probes.kernel());
    if (layout.hierarchies().isEmpty()) {
      probes.fails(
          "layout", "nothing is mounted", "mount -t cgroup2 none /sys/fs/cgroup (systemd does it)");
      return;
    }
    List<String> one = new ArrayList<>();
    Layout.Hierarchy two = null;
    for (Layout.Hierarchy hierarchy : layout.hierarchies()) {
      if (hierarchy.controller().equals(Layout.UNIFIED)) {
        two = hierarchy;
      } else {
        one.add(hierarchy.controller());
      }
    }
    probes.works("layout", one.isEmpty() ? "cgroup v2" : two == null ? "cgroup v1" : "v1 and v2");
    List<String> all = new ArrayList<>(one);
    if (!one.isEmpty()) {
      probes.works("v1 controllers", String.join(", ", one));
    }
    if (two != null) {
      String controllers = probes.text(two.mountPoint() + "/cgroup.controllers");
      boolean none = controllers == null || controllers.isEmpty();
      probes.works("v2 controllers", none ? "none" : controllers.replace(" ", ", "));
      all.addAll(none ? List.of() : List.of(controllers.split(" ")));
    }
    for (String needed : List.of("memory", "pids", "cpu", "cpuset")) {
      if (!all.contains(needed)) {
        probes.missing(
            needed + " limits",
            "no hierarchy has the controller",
            "boot without cgroup_disable=" + needed + ", or let systemd delegate it");
      }
    }
    for (Layout.Hierarchy hierarchy : layout.hierarchies()) {
      boolean unified = hierarchy.controller().equals(Layout.UNIFIED);
      if (unified || hierarchy.controller().equals("memory")) {
        delegation(hierarchy, unified);
      }
    }
  }

  private void delegation(Layout.Hierarchy hierarchy, boolean unified) {
    String name = unified ? "new v2 groups" : "new v1 groups";
    String place = probes.isRoot() ? hierarchy.mountPoint() : hierarchy.ownPath();
    if (mayWrite(place) && mayWrite(place + "/cgroup.procs")) {
      probes.works(name, "can be made in " + place);
    } else {
      probes.missing(
          name,
          "cannot be made in " + place + " by this user",
          unified
              ? "systemd-run --user --scope -p Delegate=yes proa …; or proa --cgroup-manager disabled"
              : "run as root: cgroup v1 cannot be delegated safely");
    }
  }

  private boolean mayWrite(String path) {
    return probes.files().mayWrite(Fd.CWD, path);
  }
}
