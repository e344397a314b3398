package dev.proa.cgroup;

import java.util.List;
import java.util.Map;

/**
 * What the controllers count, in the units of the spec's peers: bytes, nanoseconds. Numbers are
 * unsigned; a limit that is not set is the greatest number (-1).
 *
 * @param cpu processor time
 * @param cpuset processors and memory nodes; null where there is no version 1 cpuset
 * @param memory memory
 * @param pids processes
 * @param blkio block devices
 * @param hugetlb huge pages by page size, as {@code 2MB}
 * @param rdma remote DMA
 */
public record Stats(
    Cpu cpu,
    CpuSet cpuset,
    Memory memory,
    Pids pids,
    BlockIo blkio,
    Map<String, HugeTlb> hugetlb,
    Rdma rdma) {

  /** Pressure stall information: {@code some} and {@code full} lines of a pressure file. */
  public record Psi(Pressure some, Pressure full) {}

  /** Percentages of stalled time over 10, 60 and 300 seconds, and the total in microseconds. */
  public record Pressure(double avg10, double avg60, double avg300, long total) {
    static final Pressure NONE = new Pressure(0, 0, 0, 0);
  }

  /** Processor time in nanoseconds; the lists have one element for each processor. */
  public record Cpu(
      long total,
      long kernel,
      long user,
      List<Long> perCpu,
      List<Long> perCpuKernel,
      List<Long> perCpuUser,
      Throttling throttling,
      Psi psi) {}

  /** Periods seen, periods in which the quota was used up, nanoseconds waited for the next one. */
  public record Throttling(long periods, long throttledPeriods, long throttledTime) {}

  /** The files of the version 1 cpuset. */
  public record CpuSet(
      List<Integer> cpus,
      long cpuExclusive,
      List<Integer> mems,
      long memHardwall,
      long memExclusive,
      long memoryMigrate,
      long memorySpreadPage,
      long memorySpreadSlab,
      long memoryPressure,
      long schedLoadBalance,
      long schedRelaxDomainLevel) {}

  /** Bytes in use, the most ever in use, the limit, and how often it was hit. */
  public record MemoryEntry(long limit, long usage, long max, long failcnt) {
    /** What a kernel without that accounting has. */
    public static final MemoryEntry NONE = new MemoryEntry(0, 0, 0, 0);
  }

  /**
   * Memory in bytes; swap is memory and swap together; raw is {@code memory.stat}; oomKills are the
   * processes killed because memory ran out (Linux 4.13).
   */
  public record Memory(
      long cache,
      MemoryEntry usage,
      MemoryEntry swap,
      MemoryEntry kernel,
      MemoryEntry kernelTcp,
      Map<String, Long> raw,
      Psi psi,
      long oomKills) {}

  /** Processes there are, and may be; a limit of 0 is none. */
  public record Pids(long current, long limit) {}

  /** A value of a block device. */
  public record BlockIoEntry(long major, long minor, String op, long value) {}

  /** Block devices; what the scheduler in use does not count is empty. */
  public record BlockIo(
      List<BlockIoEntry> serviceBytes,
      List<BlockIoEntry> serviced,
      List<BlockIoEntry> queued,
      List<BlockIoEntry> serviceTime,
      List<BlockIoEntry> waitTime,
      List<BlockIoEntry> merged,
      List<BlockIoEntry> time,
      List<BlockIoEntry> sectors,
      Psi psi) {
    /** What is counted where no scheduler counts more. */
    public static BlockIo of(List<BlockIoEntry> bytes, List<BlockIoEntry> serviced, Psi psi) {
      List<BlockIoEntry> none = List.of();
      return new BlockIo(bytes, serviced, none, none, none, none, none, none, psi);
    }
  }

  /** Bytes of huge pages in use, the most ever in use, and how often the limit was hit. */
  public record HugeTlb(long usage, long max, long failcnt) {}

  /** A device's remote DMA handles and objects; a limit of {@code max} is the greatest number. */
  public record RdmaEntry(String device, long hcaHandles, long hcaObjects) {}

  /** Remote DMA: limits and use by device. */
  public record Rdma(List<RdmaEntry> limit, List<RdmaEntry> current) {}
}
