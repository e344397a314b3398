package dev.proa.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.kernel.LinuxKernel;
import dev.proa.spec.linux.resources.Resources;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same resources through runc and through proa leave the same values in the same files. */
class RuncRootTest {
  private static final Map<String, List<String>> FILES =
      Map.of(
          "memory",
          List.of(
              "memory.limit_in_bytes",
              "memory.memsw.limit_in_bytes",
              "memory.soft_limit_in_bytes",
              "memory.swappiness",
              "memory.oom_control"),
          "cpu",
          List.of(
              "cpu.shares",
              "cpu.cfs_period_us",
              "cpu.cfs_quota_us",
              "cpu.rt_period_us",
              "cpu.rt_runtime_us"),
          "cpuset",
          List.of("cpuset.cpus", "cpuset.mems"),
          "pids",
          List.of("pids.max"),
          "devices",
          List.of("devices.list"));

  private final LinuxKernel kernel = new LinuxKernel();
  private final String name =
      "/proa-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  @TempDir Path bundle;

  @AfterEach
  void remove() throws Exception {
    // runc leaves the directories above a container's own.
    try (var tops = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path top : tops.filter(Files::isDirectory).toList()) {
        Files.deleteIfExists(top.resolve(name.substring(1)));
      }
    }
  }

  private void compare(String resources) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    assumeTrue(Files.exists(Path.of("/usr/sbin/runc")), "needs runc");
    assumeTrue(Files.exists(Path.of("/usr/bin/busybox")), "needs busybox");
    Layout layout = Layout.detect(kernel);
    for (String controller : FILES.keySet()) {
      assumeTrue(
          layout.hierarchies().stream().anyMatch(h -> h.controller().equals(controller)),
          "needs version 1 with " + controller);
    }
    Map<String, String> runc = byRunc(layout, resources);
    assertEquals(runc, byProa(layout, Sample.resources(resources)));
  }

  private Map<String, String> byProa(Layout layout, Resources resources) throws Exception {
    Cgroup cgroup =
        Cgroups.plan(kernel, layout, CgroupsPath.of(name + "/proa", "id"), Tolerance.NONE);
    try {
      cgroup.create(resources);
      cgroup.set(resources, DeviceRules.effective(resources.devices()));
      return values(cgroup);
    } finally {
      cgroup.delete();
      cgroup.undo();
    }
  }

  private Map<String, String> byRunc(Layout layout, String resources) throws Exception {
    Path bin = Files.createDirectories(bundle.resolve("rootfs/bin"));
    Files.copy(Path.of("/usr/bin/busybox"), bin.resolve("true"));
    String config =
        """
        {'ociVersion':'1.0.2','root':{'path':'rootfs'},
         'process':{'cwd':'/','args':['true'],'env':['PATH=/bin'],'user':{'uid':0,'gid':0}},
         'mounts':[{'destination':'/proc','type':'proc','source':'proc'}],
         'linux':{'cgroupsPath':'%s/runc','namespaces':[{'type':'pid'},{'type':'mount'}],
                  'resources':%s}}
        """
            .formatted(name, resources);
    Files.writeString(bundle.resolve("config.json"), config.replace('\'', '"'));
    try {
      assertEquals(0, runc("create", "--bundle", bundle.toString(), "c"), this::output);
      return values(
          Cgroups.plan(kernel, layout, CgroupsPath.of(name + "/runc", "id"), Tolerance.NONE));
    } finally {
      runc("delete", "-f", "c");
    }
  }

  private int runc(String... args) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("/usr/sbin/runc", "--root", bundle.resolve("state").toString()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(bundle.resolve("output").toFile())
            .start();
    assertEquals(true, process.waitFor(20, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private String output() {
    try {
      return Files.readString(bundle.resolve("output"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Map<String, String> values(Cgroup cgroup) throws Exception {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, List<String>> entry : FILES.entrySet()) {
      for (String file : entry.getValue()) {
        Path path = Path.of(cgroup.paths().get(entry.getKey()), file);
        if (Files.exists(path)) {
          values.put(file, Files.readAllLines(path).stream().sorted().toList().toString());
        }
      }
    }
    return values;
  }

  @Test
  void nothingAsked() throws Exception {
    compare("{'devices':[{'allow':false,'access':'rwm'}]}");
  }

  @Test
  void everythingAsked() throws Exception {
    compare(
        "{'memory':{'limit':104857600,'swap':157286400,'reservation':52428800,'swappiness':10,"
            + "'disableOOMKiller':true,'kernel':1000000},"
            + "'cpu':{'shares':512,'quota':50000,'period':200000,'cpus':'0','mems':'0'},"
            + "'pids':{'limit':50},"
            + "'devices':[{'allow':false,'access':'rwm'},"
            + "{'allow':true,'type':'c','major':10,'minor':229,'access':'rw'},"
            + "{'allow':true,'type':'b','major':8,'access':'r'}]}");
  }

  @Test
  void noLimits() throws Exception {
    compare("{'memory':{'limit':-1},'cpu':{'quota':-1},'pids':{'limit':-1}}");
  }

  @Test
  void everyDevice() throws Exception {
    compare("{'devices':[{'allow':true,'access':'rwm'}]}");
  }
}
