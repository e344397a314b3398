package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;

/**
 * The memory controller (config-linux.md, Memory; Documentation/admin-guide/cgroup-v2.rst). {@code
 * kernel}, {@code kernelTCP}, {@code swappiness} and {@code disableOOMKiller} have no counterpart.
 */
final class Memory implements Controller {
  static final String SECTION = "linux.resources.memory";

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    dev.proa.spec.linux.resources.Memory memory = resources.memory();
    if (memory == null) {
      return;
    }
    long limit = orZero(memory.limit());
    Long swap = swapMax(orZero(memory.swap()), limit);
    if (swap != null) {
      String data = data(swap);
      Write write = Write.of(SECTION + ".swap", "memory.swap.max", data);
      // A kernel that counts no swap has nothing to switch off or to leave unlimited.
      writes.add(data.equals("max") || data.equals("0") ? write.ifPresent() : write);
    }
    if (limit != 0) {
      writes.add(Write.of(SECTION + ".limit", "memory.max", data(limit)));
    }
    if (orZero(memory.reservation()) != 0) {
      writes.add(Write.of(SECTION + ".reservation", "memory.low", data(memory.reservation())));
    }
  }

  /**
   * The spec's swap is memory and swap together; version 2 limits swap alone.
   *
   * @return the limit, -1 for none, or null to leave it alone
   */
  static Long swapMax(long total, long limit) {
    if (limit == -1 && total == 0) {
      return -1L;
    }
    if (total == 0) {
      return null;
    }
    if (total == -1 || limit == -1) {
      return total;
    }
    if (limit == 0) {
      throw new CgroupException(SECTION + ".swap: unable to set swap limit without memory limit");
    }
    if (limit < 0) {
      throw new CgroupException(SECTION + ".limit: invalid memory value: " + limit);
    }
    if (total < limit) {
      throw new CgroupException(SECTION + ".swap: memory+swap limit should be >= memory limit");
    }
    return total - limit;
  }

  private static String data(long value) {
    return value == -1 ? "max" : Long.toString(value);
  }

  private static long orZero(Long value) {
    return value == null ? 0 : value;
  }

  /**
   * With {@code checkBeforeUpdate}, refuses a limit below what is in use, for which the kernel
   * would kill processes.
   */
  static void check(Resources resources, CgroupFiles files) {
    dev.proa.spec.linux.resources.Memory memory = resources.memory();
    if (memory == null || !Boolean.TRUE.equals(memory.checkBeforeUpdate())) {
      return;
    }
    // Best effort: a cgroup that tells no use has none to protect.
    long usage = StatText.number(files.read("memory.current"));
    if (orZero(memory.swap()) > 0 && memory.swap() <= usage) {
      throw new CgroupException(
          SECTION + ".swap: rejecting memory+swap limit " + memory.swap() + " <= usage " + usage);
    }
    if (orZero(memory.limit()) > 0 && memory.limit() <= usage) {
      throw new CgroupException(
          SECTION + ".limit: rejecting memory limit " + memory.limit() + " <= usage " + usage);
    }
  }

  Stats.Memory stats(CgroupFiles files) {
    Map<String, Long> raw = StatText.keyed(files.read("memory.stat"));
    Stats.MemoryEntry usage = entry(files, "memory");
    Stats.MemoryEntry swap = entry(files, "memory.swap");
    // Version 1 tells memory and swap together, and so do those who read these numbers. The most
    // ever in use of both cannot be known.
    long limit = swap.limit() == -1 ? -1 : swap.limit() + usage.limit();
    return new Stats.Memory(
        raw.getOrDefault("file", 0L),
        usage,
        new Stats.MemoryEntry(limit, swap.usage() + usage.usage(), 0, 0),
        Stats.MemoryEntry.NONE,
        Stats.MemoryEntry.NONE,
        raw,
        StatText.psi(files.read("memory.pressure")),
        StatText.keyed(files.read("memory.events")).getOrDefault("oom_kill", 0L));
  }

  private static Stats.MemoryEntry entry(CgroupFiles files, String module) {
    // memory.peak: Linux 5.19; memory.swap.peak: Linux 6.5.
    return new Stats.MemoryEntry(
        StatText.number(files.read(module + ".max")),
        StatText.number(files.read(module + ".current")),
        StatText.number(files.read(module + ".peak")),
        0);
  }
}
