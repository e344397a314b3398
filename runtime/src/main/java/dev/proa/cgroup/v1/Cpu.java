package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;

/** The cpu controller (config-linux.md, CPU; Documentation/scheduler/sched-bwc.rst). */
final class Cpu implements Controller {
  static final String SECTION = "linux.resources.cpu";
  // MIN_SHARES and MAX_SHARES of kernel/sched/sched.h; the kernel takes the nearest without a word.
  private static final long MIN_SHARES = 2;
  private static final long MAX_SHARES = 1 << 18;

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    dev.proa.spec.linux.resources.Cpu cpu = resources.cpu();
    if (cpu == null) {
      return;
    }
    if (isSet(cpu.shares())) {
      checkShares(cpu.shares());
      writes.add(Write.of(SECTION + ".shares", "cpu.shares", unsigned(cpu.shares())));
    }
    // Period, burst and quota bound each other, and the parent's quota bounds quota/period: which
    // can be set first depends on the values in force.
    if (isSet(cpu.period())) {
      writes.add(
          Write.of(SECTION + ".period", "cpu.cfs_period_us", unsigned(cpu.period())).maybeLater());
    }
    if (cpu.burst() != null) {
      // cpu.cfs_burst_us: Linux 5.14.
      writes.add(
          Write.of(SECTION + ".burst", "cpu.cfs_burst_us", unsigned(cpu.burst()))
              .maybeLater()
              .ifPresent());
    }
    if (isSet(cpu.quota())) {
      writes.add(Write.of(SECTION + ".quota", "cpu.cfs_quota_us", Long.toString(cpu.quota())));
    }
    if (cpu.idle() != null) {
      // cpu.idle: Linux 5.15.
      writes.add(Write.of(SECTION + ".idle", "cpu.idle", Long.toString(cpu.idle())));
    }
    translateRealtime(resources, writes);
  }

  /**
   * The realtime part, which has to be in force before a process joins: one that is scheduled
   * SCHED_RR cannot join a cgroup without a realtime budget.
   */
  static void translateRealtime(Resources resources, List<Write> writes) {
    dev.proa.spec.linux.resources.Cpu cpu = resources == null ? null : resources.cpu();
    if (cpu == null) {
      return;
    }
    if (isSet(cpu.realtimePeriod())) {
      writes.add(
          Write.of(SECTION + ".realtimePeriod", "cpu.rt_period_us", unsigned(cpu.realtimePeriod()))
              .maybeLater());
    }
    if (isSet(cpu.realtimeRuntime())) {
      writes.add(
          Write.of(
              SECTION + ".realtimeRuntime",
              "cpu.rt_runtime_us",
              Long.toString(cpu.realtimeRuntime())));
    }
  }

  private static void checkShares(long shares) {
    if (Long.compareUnsigned(shares, MAX_SHARES) > 0) {
      throw new CgroupException(
          SECTION + ".shares: the maximum allowed cpu-shares is " + MAX_SHARES);
    }
    if (shares < MIN_SHARES) {
      throw new CgroupException(
          SECTION + ".shares: the minimum allowed cpu-shares is " + MIN_SHARES);
    }
  }

  private static boolean isSet(Long value) {
    return value != null && value != 0;
  }

  private static String unsigned(long value) {
    return Long.toUnsignedString(value);
  }

  Stats.Throttling stats(CgroupFiles files) {
    Map<String, Long> stat = StatText.keyed(files.read("cpu.stat"));
    return new Stats.Throttling(
        stat.getOrDefault("nr_periods", 0L),
        stat.getOrDefault("nr_throttled", 0L),
        stat.getOrDefault("throttled_time", 0L));
  }
}
