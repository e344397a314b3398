package dev.proa.cgroup;

import dev.proa.spec.JsonDocument;
import dev.proa.spec.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Statistics as the {@code data} of runc's {@code events --stats}: its names, its order, and like
 * Go's {@code omitempty} without most of the zeros.
 */
public final class StatsJson {
  private final JsonWriter json;

  private StatsJson(JsonWriter json) {
    this.json = json;
  }

  /** Writes one object. */
  public static void write(Stats stats, JsonWriter json) {
    new StatsJson(json).write(stats);
  }

  private void write(Stats stats) {
    json.beginObject();
    cpu(stats.cpu());
    cpuset(stats.cpuset());
    memory(stats.memory());
    json.beginObject("pids");
    nonZero("current", stats.pids().current());
    nonZero("limit", stats.pids().limit());
    json.endObject();
    blkio(stats.blkio());
    json.beginObject("hugetlb");
    for (Map.Entry<String, Stats.HugeTlb> entry : new TreeMap<>(stats.hugetlb()).entrySet()) {
      json.beginObject(entry.getKey());
      nonZero("usage", entry.getValue().usage());
      nonZero("max", entry.getValue().max());
      number("failcnt", entry.getValue().failcnt());
      json.endObject();
    }
    json.endObject();
    json.beginObject("intel_rdt").endObject();
    json.name("network_interfaces").nullValue();
    json.endObject();
  }

  private void cpu(Stats.Cpu cpu) {
    json.beginObject("cpu").beginObject("usage");
    nonZero("total", cpu.total());
    numbers("percpu", cpu.perCpu());
    numbers("percpu_kernel", cpu.perCpuKernel());
    numbers("percpu_user", cpu.perCpuUser());
    number("kernel", cpu.kernel());
    number("user", cpu.user());
    json.endObject().beginObject("throttling");
    nonZero("periods", cpu.throttling().periods());
    nonZero("throttledPeriods", cpu.throttling().throttledPeriods());
    nonZero("throttledTime", cpu.throttling().throttledTime());
    json.endObject();
    psi(cpu.psi());
    json.endObject();
  }

  private void cpuset(Stats.CpuSet given) {
    Stats.CpuSet cpuset =
        given == null ? new Stats.CpuSet(List.of(), 0, List.of(), 0, 0, 0, 0, 0, 0, 0, 0) : given;
    json.beginObject("cpuset");
    numbers("cpus", cpuset.cpus());
    number("cpu_exclusive", cpuset.cpuExclusive());
    numbers("mems", cpuset.mems());
    number("mem_hardwall", cpuset.memHardwall());
    number("mem_exclusive", cpuset.memExclusive());
    number("memory_migrate", cpuset.memoryMigrate());
    number("memory_spread_page", cpuset.memorySpreadPage());
    number("memory_spread_slab", cpuset.memorySpreadSlab());
    number("memory_pressure", cpuset.memoryPressure());
    number("sched_load_balance", cpuset.schedLoadBalance());
    json.field("sched_relax_domain_level", cpuset.schedRelaxDomainLevel());
    json.endObject();
  }

  private void memory(Stats.Memory memory) {
    json.beginObject("memory");
    nonZero("cache", memory.cache());
    entry("usage", memory.usage());
    entry("swap", memory.swap());
    entry("kernel", memory.kernel());
    entry("kernelTCP", memory.kernelTcp());
    if (!memory.raw().isEmpty()) {
      json.beginObject("raw");
      for (Map.Entry<String, Long> each : new TreeMap<>(memory.raw()).entrySet()) {
        number(each.getKey(), each.getValue());
      }
      json.endObject();
    }
    psi(memory.psi());
    json.endObject();
  }

  private void entry(String name, Stats.MemoryEntry entry) {
    json.beginObject(name);
    number("limit", entry.limit());
    nonZero("usage", entry.usage());
    nonZero("max", entry.max());
    number("failcnt", entry.failcnt());
    json.endObject();
  }

  private void blkio(Stats.BlockIo io) {
    json.beginObject("blkio");
    entries("ioServiceBytesRecursive", io.serviceBytes());
    entries("ioServicedRecursive", io.serviced());
    entries("ioQueueRecursive", io.queued());
    entries("ioServiceTimeRecursive", io.serviceTime());
    entries("ioWaitTimeRecursive", io.waitTime());
    entries("ioMergedRecursive", io.merged());
    entries("ioTimeRecursive", io.time());
    entries("sectorsRecursive", io.sectors());
    psi(io.psi());
    json.endObject();
  }

  private void entries(String name, List<Stats.BlockIoEntry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    json.beginArray(name);
    for (Stats.BlockIoEntry entry : entries) {
      json.beginObject();
      nonZero("major", entry.major());
      nonZero("minor", entry.minor());
      json.fieldIfPresent("op", entry.op());
      nonZero("value", entry.value());
      json.endObject();
    }
    json.endArray();
  }

  private void psi(Stats.Psi psi) {
    if (psi == null) {
      return;
    }
    json.beginObject("psi");
    pressure("some", psi.some());
    pressure("full", psi.full());
    json.endObject();
  }

  private void pressure(String name, Stats.Pressure pressure) {
    json.beginObject(name);
    fraction("avg10", pressure.avg10());
    fraction("avg60", pressure.avg60());
    fraction("avg300", pressure.avg300());
    number("total", pressure.total());
    json.endObject();
  }

  /** A percentage with two digits; Go writes whole ones without a point. */
  private void fraction(String name, double value) {
    String text = value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    json.name(name).value(JsonDocument.parse(name, bytes).root());
  }

  private void number(String name, long value) {
    json.name(name).unsigned(value);
  }

  private void nonZero(String name, long value) {
    if (value != 0) {
      number(name, value);
    }
  }

  private void numbers(String name, List<? extends Number> values) {
    if (!values.isEmpty()) {
      json.beginArray(name);
      for (Number value : values) {
        json.unsigned(value.longValue());
      }
      json.endArray();
    }
  }
}
