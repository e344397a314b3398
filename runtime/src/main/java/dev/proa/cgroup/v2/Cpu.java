package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;

/** The cpu controller (config-linux.md, CPU). Realtime budgets have no counterpart. */
final class Cpu implements Controller {
  static final String SECTION = "linux.resources.cpu";
  // Documentation/admin-guide/cgroup-v2.rst: the default of cpu.max is "max 100000".
  private static final long DEFAULT_PERIOD = 100_000;
  private static final double LN2 = StrictMath.log(2);

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
    if (cpu.idle() != null) {
      writes.add(Write.of(SECTION + ".idle", "cpu.idle", Long.toString(cpu.idle())));
    }
    long weight = cpu.shares() == null ? 0 : weight(cpu.shares());
    if (weight != 0) {
      writes.add(Write.of(SECTION + ".shares", "cpu.weight", Long.toString(weight)));
    }
    if (cpu.burst() != null) {
      // The burst may not exceed the quota: it may have to wait for a higher one.
      writes.add(
          Write.of(SECTION + ".burst", "cpu.max.burst", Long.toUnsignedString(cpu.burst()))
              .maybeLater());
    }
    long quota = cpu.quota() == null ? 0 : cpu.quota();
    long period = cpu.period() == null ? 0 : cpu.period();
    if (quota != 0 || period != 0) {
      String data =
          (quota > 0 ? Long.toString(quota) : "max")
              + " "
              + Long.toUnsignedString(period == 0 ? DEFAULT_PERIOD : period);
      writes.add(Write.of(SECTION + (quota == 0 ? ".period" : ".quota"), "cpu.max", data));
    }
  }

  /**
   * The resources of an update with both of quota and period, where only one is given: they are one
   * file here, two in version 1, and callers expect the other to stay.
   */
  static Resources completed(Resources resources, CgroupFiles files) {
    dev.proa.spec.linux.resources.Cpu cpu = resources.cpu();
    if (cpu == null || isSet(cpu.quota()) == isSet(cpu.period())) {
      return resources;
    }
    String now = files.read("cpu.max");
    int space = now == null ? -1 : now.indexOf(' ');
    if (space < 0) {
      return resources;
    }
    String quota = now.substring(0, space);
    return resources.withCpu(
        cpu.withLimit(
            isSet(cpu.quota()) ? cpu.quota() : quota.equals("max") ? -1 : StatText.number(quota),
            isSet(cpu.period()) ? cpu.period() : StatText.number(now.substring(space + 1))));
  }

  private static boolean isSet(Long value) {
    return value != null && value != 0;
  }

  /**
   * Version 1's shares (2 to 262144, usually 1024) as a weight (1 to 10000, usually 100): a
   * quadratic in the logarithm through those three points, as in newer runc and in Kubernetes.
   *
   * @return the weight; 0 for shares of 0, which mean that none are set
   */
  static long weight(long shares) {
    if (shares == 0) {
      return 0;
    }
    if (Long.compareUnsigned(shares, 2) <= 0) {
      return 1;
    }
    if (Long.compareUnsigned(shares, 1 << 18) >= 0) {
      return 10_000;
    }
    double log = log2(shares);
    double exponent = (log * log + 125 * log) / 612.0 - 7.0 / 34.0;
    return (long) Math.ceil(StrictMath.pow(10, exponent));
  }

  /** Exact for powers of two, where a quotient of logarithms is not. */
  private static double log2(long value) {
    int exponent = Math.getExponent((double) value) + 1;
    double fraction = value / Math.scalb(1.0, exponent);
    return fraction == 0.5 ? exponent - 1.0 : exponent + StrictMath.log(fraction) * (1 / LN2);
  }

  Stats.Cpu stats(CgroupFiles files) {
    Map<String, Long> stat = StatText.keyed(files.read("cpu.stat"));
    return new Stats.Cpu(
        nanoseconds(stat, "usage_usec"),
        nanoseconds(stat, "system_usec"),
        nanoseconds(stat, "user_usec"),
        List.of(),
        List.of(),
        List.of(),
        new Stats.Throttling(
            stat.getOrDefault("nr_periods", 0L),
            stat.getOrDefault("nr_throttled", 0L),
            nanoseconds(stat, "throttled_usec")),
        StatText.psi(files.read("cpu.pressure")));
  }

  private static long nanoseconds(Map<String, Long> stat, String key) {
    return stat.getOrDefault(key, 0L) * 1000;
  }
}
