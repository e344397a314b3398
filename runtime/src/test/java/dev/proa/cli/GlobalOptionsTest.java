package dev.proa.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.proa.cgroup.CgroupDriver;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class GlobalOptionsTest {
  private static GlobalOptions parse(String... args) {
    ProaCommand root = new ProaCommand();
    CommandLine line = new CommandLine(root);
    line.parseArgs(GoFlags.normalize(line.getCommandSpec(), args));
    return root.global;
  }

  @Test
  void cgroupDrivers() {
    assertEquals(CgroupDriver.CGROUPFS, parse().cgroups());
    assertEquals(CgroupDriver.SYSTEMD, parse("--systemd-cgroup").cgroups());
    assertEquals(CgroupDriver.SYSTEMD, parse("--cgroup-manager", "systemd").cgroups());
    assertEquals(CgroupDriver.DISABLED, parse("--cgroup-manager=disabled").cgroups());
    assertEquals("unknown cgroup manager specified: x", parse("--cgroup-manager", "x").problem());
  }

  @Test
  void rootlessModes() {
    assertNull(parse().isRootless());
    assertNull(parse("--rootless", "auto").isRootless());
    assertEquals(true, parse("--rootless=true").isRootless());
    assertEquals(false, parse("-rootless", "0").isRootless());
    assertEquals("invalid value for rootless: x", parse("--rootless=x").problem());
  }

  @Test
  void levels() {
    assertEquals(Log.Level.WARNING, parse().level());
    assertEquals(Log.Level.DEBUG, parse("--debug").level());
    assertEquals(Log.Level.ERROR, parse("--log-level", "error").level());
    assertEquals("unknown log-level: loud", parse("--log-level", "loud").problem());
    assertEquals("invalid log-format: xml", parse("--log-format", "xml").problem());
    assertNull(parse("--log-format", "json", "--criu", "/x").problem());
  }

  @Test
  void theHostsRootIsNoStateFolder() {
    assertEquals(
        "--root: the root directory cannot hold the states", parse("--root", "/").problem());
  }
}
