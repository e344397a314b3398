package dev.proa.cgroup.systemd;

import dev.proa.cgroup.Write;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits as properties of a unit (systemd.resource-control(5)), from what would be written into the
 * cgroup's files: so the config's limits and its {@code unified} files are treated alike, and so
 * are both versions of control groups.
 *
 * <p>A file or a value that is not known here is left to the files alone.
 */
final class UnitProperties {
  // Both versions: the kernel's cpu period where none is set, in microseconds.
  private static final long DEFAULT_PERIOD = 100_000;
  private static final long INFINITY = -1;

  private final int version;
  private final List<Property> properties = new ArrayList<>();
  private Long quota;
  private Long period;

  private UnitProperties(int version) {
    this.version = version;
  }

  /**
   * The properties for these writes.
   *
   * @param version systemd's
   */
  static List<Property> of(List<Write> writes, int version) {
    UnitProperties all = new UnitProperties(version);
    boolean idle = false;
    for (Write write : writes) {
      // An idle cgroup has no weight, also where the config gives one.
      boolean weight = write.file().equals("cpu.weight");
      idle |= all.isIdle(write);
      if (!weight || !idle) {
        all.add(write);
      }
    }
    all.addQuota();
    return all.properties;
  }

  private boolean isIdle(Write write) {
    return write.file().equals("cpu.idle") && write.data().equals("1") && version >= 252;
  }

  private void add(Write write) {
    String data = write.data().strip();
    switch (write.file()) {
      case "memory.max" -> number("MemoryMax", data);
      case "memory.high" -> number("MemoryHigh", data);
      case "memory.low" -> number("MemoryLow", data);
      case "memory.min" -> number("MemoryMin", data);
      case "memory.swap.max" -> number("MemorySwapMax", data);
      case "memory.limit_in_bytes" -> number("MemoryLimit", data);
      case "pids.max" -> number("TasksMax", data);
      case "cpu.weight" -> number("CPUWeight", data);
      case "cpu.shares" -> number("CPUShares", data);
      case "cpu.idle" -> {
        if (isIdle(write)) {
          properties.add(Property.of("CPUWeight", 0L));
        }
      }
      case "cpu.max" -> {
        int space = data.indexOf(' ');
        quota = parse(space < 0 ? data : data.substring(0, space));
        period = parse(space < 0 ? "100000" : data.substring(space + 1).strip());
      }
      case "cpu.cfs_quota_us" -> quota = parse(data);
      case "cpu.cfs_period_us" -> period = parse(data);
      case "cpuset.cpus" -> cpus("AllowedCPUs", data);
      case "cpuset.mems" -> cpus("AllowedMemoryNodes", data);
      case "blkio.weight" -> number("BlockIOWeight", data);
      case "io.weight" -> ioWeight(data);
      case "io.max" -> ioMax(data);
      default -> {
        // io.bfq.weight: systemd has the io controller's own scale.
        if (write.otherwise() != null && write.otherwise().file().equals("io.weight")) {
          ioWeight(write.otherwise().data());
        }
      }
    }
  }

  private void number(String name, String data) {
    Long value = parse(data);
    if (value != null) {
      properties.add(Property.of(name, value));
    }
  }

  /** A number, -1 for {@code max} and for a negative one, or null where it is something else. */
  private static Long parse(String data) {
    if (data.equals("max")) {
      return INFINITY;
    }
    try {
      return data.startsWith("-") ? INFINITY : Long.parseUnsignedLong(data);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private void addQuota() {
    if (period != null && version >= 242) {
      properties.add(Property.of("CPUQuotaPeriodUSec", period));
    }
    if (quota != null || period != null) {
      long perSecond = INFINITY;
      if (quota != null && quota > 0 && quota < Long.MAX_VALUE / 1_000_000) {
        long microseconds = period == null || period <= 0 ? DEFAULT_PERIOD : period;
        // systemd keeps whole percents: rounded up, so that the exact value, which is written into
        // the file afterwards, is not above it.
        perSecond = Math.ceilDiv(quota * 1_000_000 / microseconds, 10_000L) * 10_000;
      }
      properties.add(Property.of("CPUQuotaPerSecUSec", perSecond));
    }
  }

  private void cpus(String name, String data) {
    List<Long> bits = version < 244 ? null : CpuBits.of(data);
    if (bits != null) {
      properties.add(new Property(name, Variant.of("ay", bits)));
    }
  }

  /** {@code 200}, {@code default 200} or {@code 8:0 200}. */
  private void ioWeight(String data) {
    int space = data.indexOf(' ');
    Long weight = parse(data.substring(space + 1).strip());
    if (weight == null) {
      return;
    }
    if (space < 0 || data.startsWith("default ")) {
      properties.add(Property.of("IOWeight", weight));
    } else {
      device("IODeviceWeight", data.substring(0, space), weight);
    }
  }

  /** {@code 8:0 rbps=1048576 wiops=max}. */
  private void ioMax(String data) {
    String[] fields = data.split(" +");
    for (int i = 1; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      Long rate = parse(fields[i].substring(equals + 1));
      String name =
          switch (equals < 0 ? "" : fields[i].substring(0, equals)) {
            case "rbps" -> "IOReadBandwidthMax";
            case "wbps" -> "IOWriteBandwidthMax";
            case "riops" -> "IOReadIOPSMax";
            case "wiops" -> "IOWriteIOPSMax";
            default -> null;
          };
      if (name != null && rate != null) {
        device(name, fields[0], rate);
      }
    }
  }

  /** Each device is a property of its own: systemd adds it to those that are there. */
  private void device(String name, String numbers, long value) {
    List<Object> entry = List.of("/dev/block/" + numbers, value);
    properties.add(new Property(name, Variant.of("a(st)", List.of(entry))));
  }
}
