package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.kernel.Kernel;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.List;

/**
 * The cpuset controller (config-linux.md, CPU; Documentation/admin-guide/cgroup-v1/cpusets.rst). A
 * new cgroup has neither processors nor memory nodes, and no process can join it until it has.
 */
final class CpuSet implements Controller {
  private static final String CPUS = "cpuset.cpus";
  private static final String MEMS = "cpuset.mems";

  @Override
  public String name() {
    return "cpuset";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    if (resources == null || resources.cpu() == null) {
      return;
    }
    String cpus = resources.cpu().cpus();
    if (cpus != null && !cpus.isEmpty()) {
      writes.add(Write.of("linux.resources.cpu.cpus", CPUS, cpus));
    }
    String mems = resources.cpu().mems();
    if (mems != null && !mems.isEmpty()) {
      writes.add(Write.of("linux.resources.cpu.mems", MEMS, mems));
    }
  }

  /** What a cgroup may use. */
  private record Allowed(String cpus, String mems) {}

  /**
   * Gives a new cgroup the config's values and, for what the config leaves open, the parent's,
   * which gets them first. The config's go before the parent's: those could be refused where a
   * sibling has {@code cpuset.cpu_exclusive}.
   *
   * @param path the cgroup's directory
   * @param top the hierarchy's mount point, above which there are no parents
   */
  void inherit(Kernel kernel, String path, String top, Resources resources) {
    if (!path.equals(top)) {
      allowed(kernel, path, top, resources);
    }
  }

  private Allowed allowed(Kernel kernel, String path, String top, Resources resources) {
    try (CgroupFiles files = CgroupFiles.open(kernel, path)) {
      if (path.equals(top)) {
        return new Allowed(files.mustRead(CPUS), files.mustRead(MEMS));
      }
      Allowed parent = allowed(kernel, path.substring(0, path.lastIndexOf('/')), top, null);
      List<Write> writes = new ArrayList<>();
      translate(resources, writes);
      files.write(writes);
      return new Allowed(
          orInherited(files, CPUS, parent.cpus()), orInherited(files, MEMS, parent.mems()));
    }
  }

  private static String orInherited(CgroupFiles files, String file, String inherited) {
    String value = files.mustRead(file);
    if (value.isEmpty()) {
      files.write(file, inherited);
      return inherited;
    }
    return value;
  }

  Stats.CpuSet stats(CgroupFiles files) {
    return new Stats.CpuSet(
        StatText.ranges(files.read(CPUS)),
        number(files, "cpu_exclusive"),
        StatText.ranges(files.read(MEMS)),
        number(files, "mem_hardwall"),
        number(files, "mem_exclusive"),
        number(files, "memory_migrate"),
        number(files, "memory_spread_page"),
        number(files, "memory_spread_slab"),
        number(files, "memory_pressure"),
        number(files, "sched_load_balance"),
        number(files, "sched_relax_domain_level"));
  }

  private static long number(CgroupFiles files, String name) {
    return StatText.number(files.read("cpuset." + name));
  }
}
