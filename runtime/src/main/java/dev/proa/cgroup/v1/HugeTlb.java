package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.HugepageLimit;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The hugetlb controller (config-linux.md, Huge page limits). */
final class HugeTlb implements Controller {
  @Override
  public String name() {
    return "hugetlb";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    for (int i = 0; i < resources.hugepageLimits().size(); i++) {
      HugepageLimit limit = resources.hugepageLimits().get(i);
      String section = "linux.resources.hugepageLimits[" + i + "].limit";
      String data = Long.toUnsignedString(limit.limit());
      String file = "hugetlb." + limit.pageSize();
      writes.add(Write.of(section, file + ".limit_in_bytes", data));
      // Pages that are reserved but not yet in use count too (Linux 5.7): without a limit on those,
      // a process is killed by SIGBUS where an mmap(2) should fail.
      writes.add(Write.of(section, file + ".rsvd.limit_in_bytes", data).ifPresent());
    }
  }

  Map<String, Stats.HugeTlb> stats(CgroupFiles files, List<String> pageSizes) {
    Map<String, Stats.HugeTlb> stats = new TreeMap<>();
    for (String size : pageSizes) {
      // The reserved pages tell more than those in use, as runc has it.
      String prefix = "hugetlb." + size + ".rsvd";
      String usage = files.read(prefix + ".usage_in_bytes");
      if (usage == null) {
        prefix = "hugetlb." + size;
        usage = files.read(prefix + ".usage_in_bytes");
      }
      stats.put(
          size,
          new Stats.HugeTlb(
              StatText.number(usage),
              StatText.number(files.read(prefix + ".max_usage_in_bytes")),
              StatText.number(files.read(prefix + ".failcnt"))));
    }
    return stats;
  }
}
