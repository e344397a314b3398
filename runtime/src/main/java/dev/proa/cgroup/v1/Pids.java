package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;

/** The pids controller (config-linux.md, PIDs). Its files are the same in both versions. */
public final class Pids implements Controller {
  @Override
  public String name() {
    return "pids";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    if (resources.pids() == null || resources.pids().limit() == null) {
      return;
    }
    // 0 is a limit (spec 1.3), and any negative number is none. systemd knows no limit of 0; 1 does
    // the same, since a process that joins is not refused, and is what runc writes.
    long limit = resources.pids().limit();
    String data = limit < 0 ? "max" : Long.toString(Math.max(limit, 1));
    writes.add(Write.of("linux.resources.pids.limit", "pids.max", data));
  }

  /** Processes there are and may be. */
  public Stats.Pids stats(CgroupFiles files) {
    long limit = StatText.number(files.read("pids.max"));
    return new Stats.Pids(StatText.number(files.read("pids.current")), limit == -1 ? 0 : limit);
  }
}
