package dev.proa.cgroup.v2;

import static dev.proa.cgroup.Sample.lines;
import static dev.proa.cgroup.Sample.resources;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.Controller;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What version 2's controllers write; the values and their order are runc's. */
class TranslationTest {
  private static String refusal(Controller controller, String json) {
    return assertThrows(CgroupException.class, () -> lines(controller, json)).getMessage();
  }

  @Test
  void memory() {
    assertEquals(
        List.of("memory.swap.max = 50", "memory.max = 100", "memory.low = 30"),
        lines(
            new Memory(),
            "{'memory':{'limit':100,'swap':150,'reservation':30,'swappiness':60,"
                + "'disableOOMKiller':true}}"));
    assertEquals(
        List.of("?memory.swap.max = 0", "memory.max = 100"),
        lines(new Memory(), "{'memory':{'limit':100,'swap':100}}"));
    assertEquals(
        List.of("?memory.swap.max = max", "memory.max = max"),
        lines(new Memory(), "{'memory':{'limit':-1}}"));
    assertEquals(
        List.of("?memory.swap.max = max", "memory.max = 100"),
        lines(new Memory(), "{'memory':{'limit':100,'swap':-1}}"));
    assertEquals(
        List.of("memory.max = 100", "memory.low = max"),
        lines(new Memory(), "{'memory':{'limit':100,'reservation':-1}}"));
    assertEquals(
        "linux.resources.memory.swap: unable to set swap limit without memory limit",
        refusal(new Memory(), "{'memory':{'swap':100}}"));
    assertEquals(
        "linux.resources.memory.swap: memory+swap limit should be >= memory limit",
        refusal(new Memory(), "{'memory':{'limit':100,'swap':99}}"));
    assertEquals(
        "linux.resources.memory.limit: invalid memory value: -2",
        refusal(new Memory(), "{'memory':{'limit':-2,'swap':99}}"));
  }

  @Test
  void cpu() {
    assertEquals(
        List.of("cpu.idle = 0", "cpu.weight = 59", "*cpu.max.burst = 5", "cpu.max = 50 1000"),
        lines(new Cpu(), "{'cpu':{'idle':0,'shares':512,'burst':5,'quota':50,'period':1000}}"));
    assertEquals(List.of("cpu.max = max 1000"), lines(new Cpu(), "{'cpu':{'period':1000}}"));
    assertEquals(List.of("cpu.max = 50 100000"), lines(new Cpu(), "{'cpu':{'quota':50}}"));
    assertEquals(List.of("cpu.max = max 100000"), lines(new Cpu(), "{'cpu':{'quota':-1}}"));
    assertEquals(List.of(), lines(new Cpu(), "{'cpu':{'shares':0,'realtimeRuntime':5}}"));
  }

  @Test
  void sharesBecomeWeightsAsInRunc() {
    // The pairs of TestConvertCPUSharesToCgroupV2Value in opencontainers/cgroups.
    assertEquals(0, Cpu.weight(0));
    assertEquals(1, Cpu.weight(1));
    assertEquals(1, Cpu.weight(2));
    assertEquals(100, Cpu.weight(1024));
    assertEquals(10_000, Cpu.weight(262_144));
    assertEquals(10_000, Cpu.weight(-1));
    long last = 0;
    for (long shares = 2; shares <= 262_144; shares += 7) {
      long weight = Cpu.weight(shares);
      assertEquals(true, weight >= last, "shares " + shares);
      last = weight;
    }
  }

  @Test
  void blockIo() {
    assertEquals(
        List.of(
            "io.bfq.weight = 500 | io.weight = 4950",
            "io.bfq.weight = 8:0 1000 | io.weight = 8:0 10000",
            "io.max = 8:0 rbps=1",
            "io.max = 8:0 wbps=2",
            "io.max = 8:0 riops=3",
            "io.max = 8:0 wiops=4"),
        lines(
            new Io(),
            "{'blockIO':{'weight':500,'leafWeight':10,"
                + "'weightDevice':[{'major':8,'minor':0,'weight':1000}],"
                + "'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':1}],"
                + "'throttleWriteBpsDevice':[{'major':8,'minor':0,'rate':2}],"
                + "'throttleReadIOPSDevice':[{'major':8,'minor':0,'rate':3}],"
                + "'throttleWriteIOPSDevice':[{'major':8,'minor':0,'rate':4}]}}"));
    assertEquals(1, Io.ioWeight(10));
    assertEquals(10_000, Io.ioWeight(1000));
  }

  @Test
  void theOthers() {
    assertEquals(
        List.of("cpuset.cpus = 0", "cpuset.mems = 0"),
        lines(new CpuSet(), "{'cpu':{'cpus':'0','mems':'0'}}"));
    assertEquals(
        List.of("hugetlb.2MB.max = 4096", "?hugetlb.2MB.rsvd.max = 4096"),
        lines(new HugeTlb(), "{'hugepageLimits':[{'pageSize':'2MB','limit':4096}]}"));
  }

  @Test
  void unified() {
    assertEquals(
        List.of("io.max = 8:0 rbps=1", "io.max = 8:0 wbps=2", "memory.high = 10"),
        lines(
            Unified.translate(
                resources("{'unified':{'io.max':'8:0 rbps=1\\n8:0 wbps=2','memory.high':'10'}}"))));
    assertEquals(
        "linux.resources.unified: unified resource \"../x\" must be a file name (no slashes)",
        assertThrows(
                CgroupException.class,
                () -> Unified.translate(resources("{'unified':{'../x':'1'}}")))
            .getMessage());
  }
}
