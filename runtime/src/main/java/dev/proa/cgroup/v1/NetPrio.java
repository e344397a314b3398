package dev.proa.cgroup.v1;

import dev.proa.cgroup.Controller;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.Network;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;

/** The net_prio controller: priorities by network interface (config-linux.md, Network). */
final class NetPrio implements Controller {
  @Override
  public String name() {
    return "net_prio";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    if (resources.network() == null) {
      return;
    }
    List<Network.InterfacePriority> priorities = resources.network().priorities();
    for (int i = 0; i < priorities.size(); i++) {
      Network.InterfacePriority priority = priorities.get(i);
      writes.add(
          Write.of(
              "linux.resources.network.priorities[" + i + "]",
              "net_prio.ifpriomap",
              priority.name() + " " + priority.priority()));
    }
  }
}
