package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The cpuacct controller: it limits nothing and counts processor time. */
final class CpuAcct {
  // cpuacct.stat counts in USER_HZ, which is 100 on every architecture proa runs on.
  private static final long NANOSECONDS_PER_TICK = 10_000_000;

  /** The processor time of a cgroup, joined with what the cpu controller tells. */
  Stats.Cpu stats(CgroupFiles files, Stats.Throttling throttling) {
    Map<String, Long> ticks = StatText.keyed(files.read("cpuacct.stat"));
    List<Long> user = new ArrayList<>();
    List<Long> kernel = new ArrayList<>();
    List<String> all = StatText.lines(files.read("cpuacct.usage_all"));
    // The first line is a header: cpu user system
    for (int i = 1; i < all.size(); i++) {
      List<Long> fields = StatText.numbers(all.get(i));
      if (fields.size() == 3) {
        user.add(fields.get(1));
        kernel.add(fields.get(2));
      }
    }
    return new Stats.Cpu(
        StatText.number(files.read("cpuacct.usage")),
        ticks.getOrDefault("system", 0L) * NANOSECONDS_PER_TICK,
        ticks.getOrDefault("user", 0L) * NANOSECONDS_PER_TICK,
        StatText.numbers(files.read("cpuacct.usage_percpu")),
        kernel,
        user,
        throttling,
        null);
  }
}
