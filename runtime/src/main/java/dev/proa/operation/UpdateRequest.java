package dev.proa.operation;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Specs;
import dev.proa.spec.linux.resources.BlockIo;
import dev.proa.spec.linux.resources.Cpu;
import dev.proa.spec.linux.resources.Memory;
import dev.proa.spec.linux.resources.Pids;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;

/**
 * What {@code update} is asked for, as it was written; null is what was not given.
 *
 * @param file a file with resources as in a config, {@code -} for stdin; then the rest is ignored
 * @param blkioWeight weight for block devices
 * @param pidsLimit most processes, -1 for no limit
 * @param cpu the processor values
 * @param memory the memory values
 * @param l3CacheSchema the line of resctrl's schemata for the cache
 * @param memBwSchema the line of resctrl's schemata for memory bandwidth
 */
public record UpdateRequest(
    String file,
    Integer blkioWeight,
    Long pidsLimit,
    CpuValues cpu,
    MemoryValues memory,
    String l3CacheSchema,
    String memBwSchema) {
  private static final Fd STDIN = new Fd(null, 0, "stdin");

  /** Processor values by the names of their flags. */
  public record CpuValues(
      String period,
      String quota,
      String burst,
      String share,
      String rtPeriod,
      String rtRuntime,
      String idle,
      String cpus,
      String mems) {
    Cpu read() {
      return new Cpu(
          Quantity.unsigned("cpu-share", share),
          Quantity.signed("cpu-quota", quota),
          Quantity.unsigned("cpu-burst", burst),
          Quantity.unsigned("cpu-period", period),
          Quantity.signed("cpu-rt-runtime", rtRuntime),
          Quantity.unsigned("cpu-rt-period", rtPeriod),
          cpus,
          mems,
          Quantity.signed("cpu-idle", idle));
    }
  }

  /** Memory values by the names of their flags, with units. */
  public record MemoryValues(
      String limit, String swap, String kernel, String kernelTcp, String reservation) {
    Memory read() {
      return new Memory(
          Quantity.bytes("memory", limit),
          Quantity.bytes("memory-reservation", reservation),
          Quantity.bytes("memory-swap", swap),
          Quantity.bytes("kernel-memory", kernel),
          Quantity.bytes("kernel-memory-tcp", kernelTcp),
          null,
          null,
          null,
          null);
    }
  }

  /**
   * The resources to set.
   *
   * @throws OperationException if a value is no number, or the file cannot be opened
   * @throws dev.proa.spec.InvalidSpecException if the file's content is wrong, with the place
   */
  Resources resources(Kernel kernel) {
    if (file != null && !file.isEmpty()) {
      return Specs.resources(file.equals("-") ? "stdin" : file, content(kernel));
    }
    BlockIo blockIo = null;
    if (blkioWeight != null && blkioWeight != 0) {
      if (blkioWeight < 0 || blkioWeight > 0xffff) {
        throw new OperationException("invalid value for blkio-weight: " + blkioWeight);
      }
      List<BlockIo.ThrottleDevice> none = List.of();
      blockIo = new BlockIo(blkioWeight, null, List.of(), none, none, none, none);
    }
    return new Resources(
        Map.of(),
        List.of(),
        pidsLimit == null ? null : new Pids(pidsLimit),
        blockIo,
        cpu.read(),
        List.of(),
        memory.read(),
        null,
        Map.of());
  }

  private byte[] content(Kernel kernel) {
    FileCalls files = new FileCalls(kernel);
    if (file.equals("-")) {
      return files.readAll(STDIN, JsonDocument.MAX_BYTES);
    }
    try {
      return files.readFile(Fd.CWD, file, JsonDocument.MAX_BYTES);
    } catch (KernelException e) {
      throw new OperationException("open " + file + ": " + e.errno());
    }
  }
}
