package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.BlockIo;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.List;

/**
 * The blkio controller (config-linux.md, Block IO;
 * Documentation/admin-guide/cgroup-v1/blkio-controller.rst).
 */
final class BlkIo implements Controller {
  static final String SECTION = "linux.resources.blockIO";

  @Override
  public String name() {
    return "blkio";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    BlockIo io = resources.blockIO();
    if (io == null) {
      return;
    }
    if (isSet(io.weight())) {
      // blkio.weight belongs to the CFQ scheduler, which Linux 5.0 took away; BFQ's is left.
      String section = SECTION + ".weight";
      String weight = io.weight().toString();
      writes.add(
          Write.of(section, "blkio.weight", weight)
              .orElse(Write.of(section, "blkio.bfq.weight", weight)));
    }
    if (isSet(io.leafWeight())) {
      writes.add(
          Write.of(SECTION + ".leafWeight", "blkio.leaf_weight", io.leafWeight().toString()));
    }
    for (int i = 0; i < io.weightDevice().size(); i++) {
      BlockIo.WeightDevice device = io.weightDevice().get(i);
      String section = SECTION + ".weightDevice[" + i + "]";
      String name = device.major() + ":" + device.minor() + " ";
      if (isSet(device.weight())) {
        String data = name + device.weight();
        writes.add(
            Write.of(section + ".weight", "blkio.weight_device", data)
                .orElse(Write.of(section + ".weight", "blkio.bfq.weight_device", data)));
      }
      if (isSet(device.leafWeight())) {
        writes.add(
            Write.of(
                section + ".leafWeight", "blkio.leaf_weight_device", name + device.leafWeight()));
      }
    }
    throttle(io.throttleReadBpsDevice(), "ReadBps", "read_bps", writes);
    throttle(io.throttleWriteBpsDevice(), "WriteBps", "write_bps", writes);
    throttle(io.throttleReadIOPSDevice(), "ReadIOPS", "read_iops", writes);
    throttle(io.throttleWriteIOPSDevice(), "WriteIOPS", "write_iops", writes);
  }

  private static void throttle(
      List<BlockIo.ThrottleDevice> devices, String section, String file, List<Write> writes) {
    for (int i = 0; i < devices.size(); i++) {
      BlockIo.ThrottleDevice device = devices.get(i);
      writes.add(
          Write.of(
              SECTION + ".throttle" + section + "Device[" + i + "]",
              "blkio.throttle." + file + "_device",
              device.major() + ":" + device.minor() + " " + Long.toUnsignedString(device.rate())));
    }
  }

  private static boolean isSet(Integer value) {
    return value != null && value != 0;
  }

  /** What the scheduler in use counts: BFQ's, else CFQ's, else what throttling counts. */
  Stats.BlockIo stats(CgroupFiles files) {
    for (String prefix : List.of("blkio.bfq.", "blkio.")) {
      List<Stats.BlockIoEntry> bytes = entries(files, prefix + "io_service_bytes_recursive");
      List<Stats.BlockIoEntry> count = entries(files, prefix + "io_serviced_recursive");
      if (!bytes.isEmpty() || !count.isEmpty()) {
        return new Stats.BlockIo(
            bytes,
            count,
            entries(files, prefix + "io_queued_recursive"),
            entries(files, prefix + "io_service_time_recursive"),
            entries(files, prefix + "io_wait_time_recursive"),
            entries(files, prefix + "io_merged_recursive"),
            entries(files, prefix + "time_recursive"),
            entries(files, prefix + "sectors_recursive"),
            null);
      }
    }
    String suffix = files.has("blkio.throttle.io_serviced_recursive") ? "_recursive" : "";
    return Stats.BlockIo.of(
        entries(files, "blkio.throttle.io_service_bytes" + suffix),
        entries(files, "blkio.throttle.io_serviced" + suffix),
        null);
  }

  /** Lines {@code 8:0 Read 1282048} or {@code 8:0 6792}; the line of the total is left out. */
  private static List<Stats.BlockIoEntry> entries(CgroupFiles files, String file) {
    List<Stats.BlockIoEntry> entries = new ArrayList<>();
    for (String line : StatText.lines(files.read(file))) {
      if (line.startsWith("Total ")) {
        continue;
      }
      String[] fields = line.replace(':', ' ').split(" ");
      if (fields.length != 3 && fields.length != 4) {
        throw new CgroupException(
            "read \"" + files.path() + "/" + file + "\": malformed line \"" + line + "\"");
      }
      entries.add(
          new Stats.BlockIoEntry(
              StatText.number(fields[0]),
              StatText.number(fields[1]),
              fields.length == 4 ? fields[2] : "",
              StatText.number(fields[fields.length - 1])));
    }
    return entries;
  }
}
