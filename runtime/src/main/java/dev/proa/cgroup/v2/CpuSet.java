package dev.proa.cgroup.v2;

import dev.proa.cgroup.Controller;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;

/** The cpuset controller (config-linux.md, CPU; Linux 5.0). What is not set is the parent's. */
final class CpuSet implements Controller {
  @Override
  public String name() {
    return "cpuset";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    if (resources.cpu() == null) {
      return;
    }
    String cpus = resources.cpu().cpus();
    if (cpus != null && !cpus.isEmpty()) {
      writes.add(Write.of("linux.resources.cpu.cpus", "cpuset.cpus", cpus));
    }
    String mems = resources.cpu().mems();
    if (mems != null && !mems.isEmpty()) {
      writes.add(Write.of("linux.resources.cpu.mems", "cpuset.mems", mems));
    }
  }
}
