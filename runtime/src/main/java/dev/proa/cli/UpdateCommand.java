package dev.proa.cli;

import dev.proa.operation.Update;
import dev.proa.operation.UpdateRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code update}: changes a container's limits. */
@Command(
    name = "update",
    description = "Change the limits of a container; what is not given stays as it is.",
    footer = {
      "",
      "Examples:",
      "  proa update --memory 512M --pids-limit 200 web",
      "  echo '{\"cpu\": {\"quota\": 50000, \"period\": 100000}}' | proa update -r - web"
    })
final class UpdateCommand extends HelpOption implements Action {
  @Option(
      names = {"-r", "--resources"},
      paramLabel = "FILE",
      description =
          "Read linux.resources from FILE, - for stdin; other options are ignored. Device rules in"
              + " it replace those in force.")
  String resources;

  @Option(names = "--blkio-weight", paramLabel = "N", description = "Block IO weight, 10 to 1000.")
  Integer blkioWeight;

  @Option(names = "--cpu-period", paramLabel = "US", description = "CPU period, microseconds.")
  String cpuPeriod;

  @Option(names = "--cpu-quota", paramLabel = "US", description = "CPU time in a period; -1: any.")
  String cpuQuota;

  @Option(names = "--cpu-burst", paramLabel = "US", description = "CPU time that may be saved.")
  String cpuBurst;

  @Option(names = "--cpu-share", paramLabel = "N", description = "CPU shares, 2 to 262144.")
  String cpuShare;

  @Option(names = "--cpu-rt-period", paramLabel = "US", description = "Realtime period.")
  String cpuRtPeriod;

  @Option(names = "--cpu-rt-runtime", paramLabel = "US", description = "Realtime in a period.")
  String cpuRtRuntime;

  @Option(names = "--cpu-idle", paramLabel = "N", description = "1: SCHED_IDLE, 0: not.")
  String cpuIdle;

  @Option(names = "--cpuset-cpus", paramLabel = "LIST", description = "Processors, as 0-3,7.")
  String cpusetCpus;

  @Option(names = "--cpuset-mems", paramLabel = "LIST", description = "Memory nodes.")
  String cpusetMems;

  @Option(names = "--kernel-memory", paramLabel = "SIZE", hidden = true, description = "Ignored.")
  String kernelMemory;

  @Option(
      names = "--kernel-memory-tcp",
      paramLabel = "SIZE",
      hidden = true,
      description = "Ignored.")
  String kernelMemoryTcp;

  @Option(names = "--memory", paramLabel = "SIZE", description = "Memory, as 512M; -1: any.")
  String memory;

  @Option(names = "--memory-reservation", paramLabel = "SIZE", description = "Soft limit.")
  String memoryReservation;

  @Option(
      names = "--memory-swap",
      paramLabel = "SIZE",
      description = "Memory and swap together; -1: any.")
  String memorySwap;

  @Option(names = "--pids-limit", paramLabel = "N", description = "Most processes; -1: any.")
  Long pidsLimit;

  @Option(
      names = "--l3-cache-schema",
      paramLabel = "SCHEMA",
      description = "Intel RDT: schema of the L3 cache.")
  String l3CacheSchema;

  @Option(
      names = "--mem-bw-schema",
      paramLabel = "SCHEMA",
      description = "Intel RDT: schema of the memory bandwidth.")
  String memBwSchema;

  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    UpdateRequest request =
        new UpdateRequest(
            resources,
            blkioWeight,
            pidsLimit,
            new UpdateRequest.CpuValues(
                cpuPeriod,
                cpuQuota,
                cpuBurst,
                cpuShare,
                cpuRtPeriod,
                cpuRtRuntime,
                cpuIdle,
                cpusetCpus,
                cpusetMems),
            new UpdateRequest.MemoryValues(
                memory, memorySwap, kernelMemory, kernelMemoryTcp, memoryReservation),
            l3CacheSchema,
            memBwSchema);
    for (String ignored :
        new Update(invocation.kernel(), invocation.settings()).update(id, request)) {
      invocation.warn(ignored);
    }
    return 0;
  }
}
