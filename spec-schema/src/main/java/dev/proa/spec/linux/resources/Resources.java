package dev.proa.spec.linux.resources;

import dev.proa.spec.Json;
import java.util.List;
import java.util.Map;

/**
 * Limits of the container: config-linux.md, Control groups. Also the document of update -r.
 *
 * @param unified cgroup v2 files and what is written to them (Unified)
 * @param devices in their order, the last that matches decides (Allowed Device list)
 * @param pids number of tasks (PIDs)
 * @param blockIO block devices (Block IO)
 * @param cpu processors (CPU)
 * @param hugepageLimits huge pages (Huge page limits)
 * @param memory memory (Memory)
 * @param network traffic marks (Network)
 * @param rdma RDMA by device (RDMA)
 */
public record Resources(
    Map<String, String> unified,
    List<DeviceRule> devices,
    Pids pids,
    BlockIo blockIO,
    Cpu cpu,
    List<HugepageLimit> hugepageLimits,
    Memory memory,
    Network network,
    Map<String, Rdma> rdma) {

  /** Reads the object. */
  public static Resources read(Json json) {
    return new Resources(
        json.textMap("unified"),
        json.list("devices", DeviceRule::read),
        json.objectOrNull("pids", Pids::read),
        json.objectOrNull("blockIO", BlockIo::read),
        json.objectOrNull("cpu", Cpu::read),
        json.list("hugepageLimits", HugepageLimit::read),
        json.objectOrNull("memory", Memory::read),
        json.objectOrNull("network", Network::read),
        json.map("rdma", Rdma::read));
  }

  /** The same with other values for the processors. */
  public Resources withCpu(Cpu other) {
    return new Resources(
        unified, devices, pids, blockIO, other, hugepageLimits, memory, network, rdma);
  }

  /** No limit at all. */
  public static final Resources NONE =
      new Resources(Map.of(), List.of(), null, null, null, List.of(), null, null, Map.of());
}
