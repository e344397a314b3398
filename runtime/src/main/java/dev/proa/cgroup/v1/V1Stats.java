package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.HugePages;
import dev.proa.cgroup.Stats;
import dev.proa.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads the statistics of all hierarchies; what a machine lacks is empty. */
final class V1Stats {
  private static final Stats.Throttling NO_THROTTLING = new Stats.Throttling(0, 0, 0);
  private static final Stats.Cpu NO_CPU =
      new Stats.Cpu(0, 0, 0, List.of(), List.of(), List.of(), NO_THROTTLING, null);
  private static final Stats.Memory NO_MEMORY =
      new Stats.Memory(
          0,
          Stats.MemoryEntry.NONE,
          Stats.MemoryEntry.NONE,
          Stats.MemoryEntry.NONE,
          Stats.MemoryEntry.NONE,
          Map.of(),
          null,
          0);
  private static final Stats.BlockIo NO_BLOCK_IO =
      new Stats.BlockIo(
          List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
          null);

  private final Kernel kernel;
  private final Map<String, String> paths;

  V1Stats(Kernel kernel, Map<String, String> paths) {
    this.kernel = kernel;
    this.paths = paths;
  }

  Stats read() {
    Stats.Throttling throttling = in("cpu", new Cpu()::stats, NO_THROTTLING);
    return new Stats(
        in("cpuacct", files -> new CpuAcct().stats(files, throttling), NO_CPU),
        in("cpuset", new CpuSet()::stats, null),
        in("memory", new Memory()::stats, NO_MEMORY),
        in("pids", new Pids()::stats, new Stats.Pids(0, 0)),
        in("blkio", new BlkIo()::stats, NO_BLOCK_IO),
        in("hugetlb", files -> new HugeTlb().stats(files, HugePages.sizes(kernel)), Map.of()),
        in("rdma", new Rdma()::stats, new Stats.Rdma(List.of(), List.of())));
  }

  private <T> T in(String controller, Function<CgroupFiles, T> read, T otherwise) {
    String path = paths.get(controller);
    if (path == null) {
      return otherwise;
    }
    try (CgroupFiles files = CgroupFiles.openIfPresent(kernel, path)) {
      return files == null ? otherwise : read.apply(files);
    }
  }
}
