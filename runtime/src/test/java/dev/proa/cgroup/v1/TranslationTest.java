package dev.proa.cgroup.v1;

import static dev.proa.cgroup.Sample.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.Controller;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What version 1's controllers write; the values and their order are runc's. */
class TranslationTest {
  private static String refusal(Controller controller, String json) {
    return assertThrows(CgroupException.class, () -> lines(controller, json)).getMessage();
  }

  @Test
  void memory() {
    assertEquals(
        List.of(
            "*memory.limit_in_bytes = 100",
            "memory.memsw.limit_in_bytes = 150",
            "memory.soft_limit_in_bytes = 50",
            "?memory.kmem.tcp.limit_in_bytes = 8",
            "memory.oom_control = 1",
            "memory.swappiness = 10"),
        lines(
            new Memory(),
            "{'memory':{'limit':100,'swap':150,'reservation':50,'swappiness':10,"
                + "'disableOOMKiller':true,'kernel':7,'kernelTCP':8}}"));
    assertEquals(
        List.of("*memory.limit_in_bytes = -1", "?memory.memsw.limit_in_bytes = -1"),
        lines(new Memory(), "{'memory':{'limit':-1}}"));
    assertEquals(List.of(), lines(new Memory(), "{'memory':{'limit':0,'disableOOMKiller':false}}"));
    assertEquals(List.of(), lines(new Memory(), "{}"));
    assertEquals(
        "linux.resources.memory.swappiness: invalid value 101, valid memory swappiness range is"
            + " 0-100",
        refusal(new Memory(), "{'memory':{'swappiness':101}}"));
  }

  @Test
  void cpu() {
    assertEquals(
        List.of(
            "cpu.shares = 512",
            "*cpu.cfs_period_us = 100000",
            "?*cpu.cfs_burst_us = 0",
            "cpu.cfs_quota_us = -1",
            "cpu.idle = 1",
            "*cpu.rt_period_us = 1000000",
            "cpu.rt_runtime_us = 950000"),
        lines(
            new Cpu(),
            "{'cpu':{'shares':512,'period':100000,'burst':0,'quota':-1,'idle':1,"
                + "'realtimePeriod':1000000,'realtimeRuntime':950000}}"));
    assertEquals(List.of(), lines(new Cpu(), "{'cpu':{'shares':0,'quota':0,'period':0}}"));
    assertEquals(
        "linux.resources.cpu.shares: the minimum allowed cpu-shares is 2",
        refusal(new Cpu(), "{'cpu':{'shares':1}}"));
    assertEquals(
        "linux.resources.cpu.shares: the maximum allowed cpu-shares is 262144",
        refusal(new Cpu(), "{'cpu':{'shares':262145}}"));
  }

  @Test
  void cpuset() {
    assertEquals(
        List.of("cpuset.cpus = 0-1", "cpuset.mems = 0"),
        lines(new CpuSet(), "{'cpu':{'cpus':'0-1','mems':'0'}}"));
  }

  @Test
  void pids() {
    assertEquals(List.of("pids.max = 7"), lines(new Pids(), "{'pids':{'limit':7}}"));
    assertEquals(List.of("pids.max = 1"), lines(new Pids(), "{'pids':{'limit':0}}"));
    assertEquals(List.of("pids.max = max"), lines(new Pids(), "{'pids':{'limit':-1}}"));
    assertEquals(List.of(), lines(new Pids(), "{'pids':{}}"));
  }

  @Test
  void blockIo() {
    assertEquals(
        List.of(
            "blkio.weight = 100 | blkio.bfq.weight = 100",
            "blkio.leaf_weight = 10",
            "blkio.weight_device = 8:0 500 | blkio.bfq.weight_device = 8:0 500",
            "blkio.leaf_weight_device = 8:0 300",
            "blkio.throttle.read_bps_device = 8:0 1",
            "blkio.throttle.write_bps_device = 8:0 2",
            "blkio.throttle.read_iops_device = 8:0 3",
            "blkio.throttle.write_iops_device = 8:16 18446744073709551615"),
        lines(
            new BlkIo(),
            "{'blockIO':{'weight':100,'leafWeight':10,"
                + "'weightDevice':[{'major':8,'minor':0,'weight':500,'leafWeight':300}],"
                + "'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':1}],"
                + "'throttleWriteBpsDevice':[{'major':8,'minor':0,'rate':2}],"
                + "'throttleReadIOPSDevice':[{'major':8,'minor':0,'rate':3}],"
                + "'throttleWriteIOPSDevice':"
                + "[{'major':8,'minor':16,'rate':18446744073709551615}]}}"));
  }

  @Test
  void hugePages() {
    assertEquals(
        List.of("hugetlb.2MB.limit_in_bytes = 4096", "?hugetlb.2MB.rsvd.limit_in_bytes = 4096"),
        lines(new HugeTlb(), "{'hugepageLimits':[{'pageSize':'2MB','limit':4096}]}"));
  }

  @Test
  void network() {
    String json =
        "{'network':{'classID':1048577,'priorities':[{'name':'eth0','priority':5},"
            + "{'name':'lo','priority':1}]}}";
    assertEquals(List.of("net_cls.classid = 1048577"), lines(new NetCls(), json));
    assertEquals(
        List.of("net_prio.ifpriomap = eth0 5", "net_prio.ifpriomap = lo 1"),
        lines(new NetPrio(), json));
  }

  @Test
  void rdma() {
    assertEquals(
        List.of("rdma.max = mlx4_0 hca_handle=2 hca_object=2000"),
        lines(new Rdma(), "{'rdma':{'mlx4_0':{'hcaHandles':2,'hcaObjects':2000}}}"));
    assertEquals(
        List.of("rdma.max = mlx4_0 hca_object=3"),
        lines(new Rdma(), "{'rdma':{'mlx4_0':{'hcaObjects':3}}}"));
  }
}
