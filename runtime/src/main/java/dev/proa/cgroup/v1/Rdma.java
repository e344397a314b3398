package dev.proa.cgroup.v1;

import dev.proa.cgroup.CgroupFiles;
import dev.proa.cgroup.Controller;
import dev.proa.cgroup.StatText;
import dev.proa.cgroup.Stats;
import dev.proa.cgroup.Write;
import dev.proa.spec.linux.resources.Resources;
import java.util.List;
import java.util.Map;

/** The rdma controller (config-linux.md, RDMA). Its files are the same in both versions. */
public final class Rdma implements Controller {
  @Override
  public String name() {
    return "rdma";
  }

  @Override
  public void translate(Resources resources, List<Write> writes) {
    for (Map.Entry<String, dev.proa.spec.linux.resources.Rdma> entry :
        resources.rdma().entrySet()) {
      dev.proa.spec.linux.resources.Rdma limit = entry.getValue();
      StringBuilder data = new StringBuilder(entry.getKey());
      if (limit.hcaHandles() != null) {
        data.append(" hca_handle=").append(limit.hcaHandles());
      }
      if (limit.hcaObjects() != null) {
        data.append(" hca_object=").append(limit.hcaObjects());
      }
      writes.add(Write.of("linux.resources.rdma." + entry.getKey(), "rdma.max", data.toString()));
    }
  }

  /** Limits and use by device. */
  public Stats.Rdma stats(CgroupFiles files) {
    return new Stats.Rdma(
        StatText.rdma(files.read("rdma.max")), StatText.rdma(files.read("rdma.current")));
  }
}
