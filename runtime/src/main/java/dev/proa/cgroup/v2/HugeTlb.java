package dev.proa.cgroup.v2;

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

/** The hugetlb controller (config-linux.md, Huge page limits; Linux 5.6). */
public final class HugeTlb implements Controller {
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
      writes.add(Write.of(section, file + ".max", data));
      // Reserved pages (Linux 5.7): without a limit on those, a process is killed by SIGBUS where
      // an mmap(2) should fail.
      writes.add(Write.of(section, file + ".rsvd.max", data).ifPresent());
    }
  }

  /** Use by page size. */
  public Map<String, Stats.HugeTlb> stats(CgroupFiles files, List<String> pageSizes) {
    Map<String, Stats.HugeTlb> stats = new TreeMap<>();
    for (String size : pageSizes) {
      String prefix = "hugetlb." + size;
      String usage = files.read(prefix + ".rsvd.current");
      usage = usage == null ? files.read(prefix + ".current") : usage;
      if (usage != null) {
        long failures = StatText.keyed(files.read(prefix + ".events")).getOrDefault("max", 0L);
        stats.put(size, new Stats.HugeTlb(StatText.number(usage), 0, failures));
      }
    }
    return stats;
  }
}
