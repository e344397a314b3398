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

/**
 * The memory controller (config-linux.md, Memory; Documentation/admin-guide/cgroup-v1/memory.rst).
 * {@code kernel} is passed over: Linux 5.16 took that limit away and ignores what is written.
 * {@code kernelTCP} is set where the kernel still has it.
 */
final class Memory implements Controller {
  static final String SECTION = "linux.resources.memory";
  static final String LIMIT = "memory.limit_in_bytes";

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
    boolean limited = isSet(memory.limit());
    if (limited) {
      // memory may not exceed memory+swap at any moment: raising both, memory is refused until
      // memory+swap has been raised; lowering both, memory has to go first.
      Write limit = Write.of(SECTION + ".limit", LIMIT, Long.toString(memory.limit()));
      writes.add(limit.maybeLater());
    }
    String swapFile = "memory.memsw.limit_in_bytes";
    if (isSet(memory.swap())) {
      writes.add(Write.of(SECTION + ".swap", swapFile, Long.toString(memory.swap())));
    } else if (limited && memory.limit() == -1) {
      // No limit on memory means none on swap, where the kernel counts swap at all.
      writes.add(Write.of(SECTION + ".limit", swapFile, "-1").ifPresent());
    }
    if (isSet(memory.reservation())) {
      writes.add(
          Write.of(
              SECTION + ".reservation",
              "memory.soft_limit_in_bytes",
              Long.toString(memory.reservation())));
    }
    if (isSet(memory.kernelTCP())) {
      writes.add(
          Write.of(
                  SECTION + ".kernelTCP",
                  "memory.kmem.tcp.limit_in_bytes",
                  Long.toString(memory.kernelTCP()))
              .ifPresent());
    }
    if (Boolean.TRUE.equals(memory.disableOOMKiller())) {
      writes.add(Write.of(SECTION + ".disableOOMKiller", "memory.oom_control", "1"));
    }
    if (memory.swappiness() != null && memory.swappiness() != -1) {
      if (Long.compareUnsigned(memory.swappiness(), 100) > 0) {
        throw new CgroupException(
            SECTION
                + ".swappiness: invalid value "
                + Long.toUnsignedString(memory.swappiness())
                + ", valid memory swappiness range is 0-100");
      }
      writes.add(
          Write.of(
              SECTION + ".swappiness", "memory.swappiness", Long.toString(memory.swappiness())));
    }
  }

  private static boolean isSet(Long value) {
    return value != null && value != 0;
  }

  /** What to say where the kernel cannot take back enough for the limit (EBUSY). */
  static CgroupException busy(Resources resources, CgroupFiles files) {
    return new CgroupException(
        SECTION
            + ".limit: unable to set memory limit to "
            + resources.memory().limit()
            + " (current usage: "
            + files.read("memory.usage_in_bytes")
            + ", peak usage: "
            + files.read("memory.max_usage_in_bytes")
            + ")");
  }

  Stats.Memory stats(CgroupFiles files) {
    Map<String, Long> raw = StatText.keyed(files.read("memory.stat"));
    return new Stats.Memory(
        raw.getOrDefault("cache", 0L),
        entry(files, "memory"),
        entry(files, "memory.memsw"),
        entry(files, "memory.kmem"),
        entry(files, "memory.kmem.tcp"),
        raw,
        null,
        StatText.keyed(files.read("memory.oom_control")).getOrDefault("oom_kill", 0L));
  }

  private static Stats.MemoryEntry entry(CgroupFiles files, String module) {
    String usage = files.read(module + ".usage_in_bytes");
    if (usage == null) {
      return Stats.MemoryEntry.NONE;
    }
    return new Stats.MemoryEntry(
        StatText.number(files.read(module + ".limit_in_bytes")),
        StatText.number(usage),
        StatText.number(files.read(module + ".max_usage_in_bytes")),
        StatText.number(files.read(module + ".failcnt")));
  }
}
