package dev.proa.cgroup.systemd;

import static dev.proa.cgroup.Sample.resources;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.cgroup.v1.V1Cgroup;
import dev.proa.cgroup.v2.V2Cgroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which properties a unit gets for the config's limits; -1 is no limit. */
class UnitPropertiesTest {
  private static List<String> v2(String json) {
    return lines(UnitProperties.of(V2Cgroup.translate(resources(json)), 252));
  }

  private static List<String> v1(String json) {
    return lines(UnitProperties.of(V1Cgroup.translate(resources(json)), 252));
  }

  private static List<String> old(String json, int version) {
    return lines(UnitProperties.of(V2Cgroup.translate(resources(json)), version));
  }

  static List<String> lines(List<Property> properties) {
    List<String> lines = new ArrayList<>();
    for (Property property : properties) {
      lines.add(
          property.name() + " " + property.value().signature() + " " + property.value().value());
    }
    return lines;
  }

  @Test
  void memory() {
    assertEquals(
        List.of("MemorySwapMax t 50", "MemoryMax t 100", "MemoryLow t 30"),
        v2("{'memory':{'limit':100,'swap':150,'reservation':30}}"));
    assertEquals(List.of("MemorySwapMax t -1", "MemoryMax t -1"), v2("{'memory':{'limit':-1}}"));
    // The soft limit has no property: systemd has none in version 1.
    assertEquals(List.of("MemoryLimit t 100"), v1("{'memory':{'limit':100,'reservation':30}}"));
  }

  @Test
  void cpu() {
    assertEquals(
        List.of("CPUWeight t 59", "CPUQuotaPeriodUSec t 100000", "CPUQuotaPerSecUSec t 500000"),
        v2("{'cpu':{'shares':512,'quota':50000,'period':100000}}"));
    assertEquals(
        List.of("CPUShares t 512", "CPUQuotaPeriodUSec t 100000", "CPUQuotaPerSecUSec t 500000"),
        v1("{'cpu':{'shares':512,'quota':50000,'period':100000}}"));
    assertEquals(List.of("CPUQuotaPerSecUSec t 500000"), v1("{'cpu':{'quota':50000}}"));
    assertEquals(
        List.of("CPUQuotaPeriodUSec t 100000", "CPUQuotaPerSecUSec t -1"),
        v2("{'cpu':{'quota':-1}}"));
    assertEquals(List.of("CPUWeight t 0"), v2("{'cpu':{'idle':1,'shares':512}}"));
    assertEquals(List.of("CPUWeight t 59"), v2("{'cpu':{'idle':0,'shares':512}}"));
  }

  /** systemd keeps whole percents; the file then has the exact value, which may not be above. */
  @Test
  void quotaIsRoundedUp() {
    assertEquals(
        List.of("CPUQuotaPeriodUSec t 100000", "CPUQuotaPerSecUSec t 130000"),
        v2("{'cpu':{'quota':12345,'period':100000}}"));
    assertEquals(
        List.of("CPUQuotaPeriodUSec t 100000", "CPUQuotaPerSecUSec t 10000"),
        v2("{'cpu':{'quota':1000,'period':100000}}"));
  }

  @Test
  void cpuSet() {
    assertEquals(
        List.of("AllowedCPUs ay [43, 1]", "AllowedMemoryNodes ay [1]"),
        v2("{'cpu':{'cpus':'0-1,3,5,8','mems':'0'}}"));
    // What is no list is the file's to refuse.
    for (String wrong : List.of("x", "3-1", "1,", "-1", "99999999")) {
      assertEquals(List.of(), v2("{'cpu':{'cpus':'" + wrong + "'}}"), wrong);
    }
  }

  @Test
  void pids() {
    assertEquals(List.of("TasksMax t 10"), v2("{'pids':{'limit':10}}"));
    assertEquals(List.of("TasksMax t 1"), v2("{'pids':{'limit':0}}"));
    assertEquals(List.of("TasksMax t -1"), v1("{'pids':{'limit':-1}}"));
  }

  @Test
  void io() {
    assertEquals(
        List.of(
            "IOWeight t 1",
            "IODeviceWeight a(st) [[/dev/block/8:0, 10000]]",
            "IOReadBandwidthMax a(st) [[/dev/block/8:0, 1024]]",
            "IOWriteBandwidthMax a(st) [[/dev/block/8:0, 2048]]",
            "IOReadIOPSMax a(st) [[/dev/block/8:16, 10]]",
            "IOWriteIOPSMax a(st) [[/dev/block/8:16, 20]]"),
        v2(
            "{'blockIO':{'weight':10,'weightDevice':[{'major':8,'minor':0,'weight':1000}],"
                + "'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':1024}],"
                + "'throttleWriteBpsDevice':[{'major':8,'minor':0,'rate':2048}],"
                + "'throttleReadIOPSDevice':[{'major':8,'minor':16,'rate':10}],"
                + "'throttleWriteIOPSDevice':[{'major':8,'minor':16,'rate':20}]}}"));
    assertEquals(List.of("BlockIOWeight t 500"), v1("{'blockIO':{'weight':500}}"));
  }

  @Test
  void unifiedFiles() {
    assertEquals(
        List.of(
            "CPUWeight t 300",
            "IOReadBandwidthMax a(st) [[/dev/block/8:0, 1]]",
            "IOWriteIOPSMax a(st) [[/dev/block/8:0, -1]]",
            "IOWeight t 200",
            "MemoryHigh t 5",
            "MemoryMin t -1",
            "CPUQuotaPeriodUSec t 100000",
            "CPUQuotaPerSecUSec t 200000"),
        v2(
            "{'unified':{'cpu.max':'20000','cpu.weight':'300','io.max':'8:0 rbps=1 wiops=max',"
                + "'io.weight':'default 200','memory.high':'5','memory.max':'1G',"
                + "'memory.min':'max','memory.oom.group':'1'}}"));
  }

  @Test
  void whatAnOldSystemdDoesNotKnow() {
    String json = "{'cpu':{'idle':1,'quota':50000,'period':100000,'cpus':'0'}}";
    assertEquals(List.of("CPUQuotaPerSecUSec t 500000"), old(json, 241));
    assertEquals(
        List.of("CPUQuotaPeriodUSec t 100000", "CPUQuotaPerSecUSec t 500000"), old(json, 243));
    assertEquals(
        List.of("AllowedCPUs ay [1]", "CPUQuotaPeriodUSec t 100000", "CPUQuotaPerSecUSec t 500000"),
        old(json, 244));
  }

  @Test
  void devices() {
    String rules =
        "{'devices':[{'allow':false,'access':'rwm'},"
            + "{'allow':true,'type':'c','major':1,'minor':3,'access':'rw'},"
            + "{'allow':true,'type':'c','major':136,'access':'rwm'},"
            + "{'allow':true,'type':'b','access':'m'},"
            + "{'allow':true,'type':'c','minor':9,'access':'r'}]}";
    assertEquals(
        List.of(
            "DevicePolicy s strict",
            "DeviceAllow a(ss) []",
            "DeviceAllow a(ss) [[/dev/char/1:3, rw], [char-136, rwm], [block-*, m]]"),
        deviceLines(rules, 252));
    assertEquals(
        List.of(
            "DevicePolicy s strict",
            "DeviceAllow a(ss) []",
            "DeviceAllow a(ss) [[/dev/char/1:3, rw], [block-*, m]]"),
        deviceLines(rules, 239));
    assertEquals(
        List.of("DevicePolicy s auto", "DeviceAllow a(ss) []"),
        deviceLines("{'devices':[{'allow':true}]}", 252));
    assertEquals(
        List.of("DevicePolicy s strict", "DeviceAllow a(ss) []"),
        deviceLines(
            "{'devices':[{'allow':true},{'allow':false,'type':'c','major':1,'minor':3}]}", 252));
    assertEquals(List.of(), deviceLines("{}", 252));
  }

  private static List<String> deviceLines(String json, int version) {
    return lines(DeviceProperties.of(resources(json).devices(), "devices", version));
  }
}
