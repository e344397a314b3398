package dev.proa.cgroup.v2;

import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.BlockIo;
import dev.proa.spec.linux.resources.Resources;
import java.util.ArrayList;
import java.util.List;

/** The io controller (config-linux.md, Block IO). Leaf weights have no counterpart. */
final class Io implements Controller {
  static final String SECTION = "linux.resources.blockIO";

  @Override
  public String name() {
    return "io";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    BlockIo io = resources.blockIO();
    if (io == null) {
      return;
    }
    if (io.weight() != null && io.weight() != 0) {
      weight(SECTION + ".weight", "", io.weight(), writes);
    }
    for (int i = 0; i < io.weightDevice().size(); i++) {
      BlockIo.WeightDevice device = io.weightDevice().get(i);
      if (device.weight() != null && device.weight() != 0) {
        String section = SECTION + ".weightDevice[" + i + "].weight";
        weight(section, device.major() + ":" + device.minor() + " ", device.weight(), writes);
      }
    }
    throttle(io.throttleReadBpsDevice(), "ReadBps", "rbps", writes);
    throttle(io.throttleWriteBpsDevice(), "WriteBps", "wbps", writes);
    throttle(io.throttleReadIOPSDevice(), "ReadIOPS", "riops", writes);
    throttle(io.throttleWriteIOPSDevice(), "WriteIOPS", "wiops", writes);
  }

  /** BFQ has version 1's range; where it is not the scheduler, the io controller's own is used. */
  private static void weight(String section, String device, int weight, List<Write> writes) {
    writes.add(
        Write.of(section, "io.bfq.weight", device + weight)
            .orElse(Write.of(section, "io.weight", device + ioWeight(weight))));
  }

  /** From version 1's range of 10 to 1000 to 1 to 10000. */
  static long ioWeight(int weight) {
    return 1 + (weight - 10L) * 9999 / 990;
  }

  private static void throttle(
      List<BlockIo.ThrottleDevice> devices, String section, String key, List<Write> writes) {
    for (int i = 0; i < devices.size(); i++) {
      BlockIo.ThrottleDevice device = devices.get(i);
      String rate = key + "=" + Long.toUnsignedString(device.rate());
      writes.add(
          Write.of(
              SECTION + ".throttle" + section + "Device[" + i + "]",
              "io.max",
              device.major() + ":" + device.minor() + " " + rate));
    }
  }

  /** Lines {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}, in version 1's words. */
  Stats.BlockIo stats(CgroupFiles files) {
    List<Stats.BlockIoEntry> bytes = new ArrayList<>();
    List<Stats.BlockIoEntry> count = new ArrayList<>();
    for (String line : StatText.lines(files.read("io.stat"))) {
      String[] fields = line.split(" ");
      int colon = fields[0].indexOf(':');
      if (colon < 0) {
        continue;
      }
      long major = StatText.number(fields[0].substring(0, colon));
      long minor = StatText.number(fields[0].substring(colon + 1));
      for (int i = 1; i < fields.length; i++) {
        int equals = fields[i].indexOf('=');
        long value = StatText.number(fields[i].substring(equals + 1));
        switch (equals < 0 ? "" : fields[i].substring(0, equals)) {
          case "rbytes" -> bytes.add(new Stats.BlockIoEntry(major, minor, "Read", value));
          case "wbytes" -> bytes.add(new Stats.BlockIoEntry(major, minor, "Write", value));
          case "rios" -> count.add(new Stats.BlockIoEntry(major, minor, "Read", value));
          case "wios" -> count.add(new Stats.BlockIoEntry(major, minor, "Write", value));
          default -> {}
        }
      }
    }
    return Stats.BlockIo.of(bytes, count, StatText.psi(files.read("io.pressure")));
  }
}
