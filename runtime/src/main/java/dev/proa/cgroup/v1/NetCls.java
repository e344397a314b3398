package dev.proa.cgroup.v1;

import dev.proa.cgroup.Controller;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;

/** The net_cls controller: the class of the container's packets (config-linux.md, Network). */
final class NetCls implements Controller {
  @Override
  public String name() {
    return "net_cls";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    if (resources.network() != null
        && resources.network().classID() != null
        && resources.network().classID() != 0) {
      writes.add(
          Write.of(
              "linux.resources.network.classID",
              "net_cls.classid",
              Long.toString(resources.network().classID())));
    }
  }
}
