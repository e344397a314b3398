package dev.proa.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.kernel.BpfCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import dev.proa.spec.linux.resources.DeviceRule;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Version 2 in the machine's cgroup2, wherever that is mounted, as if it were alone. Of the
 * controllers only hugetlb is sure to be there.
 */
class V2RootTest {
  private final LinuxKernel kernel = new LinuxKernel();
  private final List<Process> processes = new ArrayList<>();
  private Layout layout;
  private Path parent;
  private Path directory;
  private Cgroup cgroup;

  @BeforeEach
  void plan() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Layout.Hierarchy unified = Layout.detect(kernel).hierarchies().getLast();
    assumeTrue(unified.controller().equals(Layout.UNIFIED), "needs cgroup2");
    layout = new Layout(List.of(unified));
    String name = "proa-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    parent = Path.of(unified.mountPoint(), name);
    directory = parent.resolve("c");
    cgroup = again();
  }

  private Cgroup again() {
    String path = "/" + parent.getFileName() + "/c";
    return Cgroups.plan(kernel, layout, CgroupsPath.of(path, "id"), Tolerance.NONE);
  }

  @AfterEach
  void remove() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    if (cgroup != null) {
      cgroup.delete();
      cgroup.undo();
      Files.deleteIfExists(parent);
    }
  }

  private Process start(String... command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }

  @Test
  void createsJoinsAndDeletes() throws Exception {
    assertEquals(Map.of("", directory.toString()), cgroup.paths());
    cgroup.create(null);
    assertTrue(cgroup.exists());
    assertEquals("hugetlb", Files.readString(directory.resolve("cgroup.controllers")).strip());
    int pid = (int) start("sleep", "100").pid();
    cgroup.join(pid);
    assertEquals(List.of(pid), cgroup.processes());
    assertEquals(
        "container's cgroup is not empty: 1 process(es) found",
        assertThrows(CgroupException.class, () -> again().create(null)).getMessage());
    try (Fd fd = cgroup.openForClone()) {
      assertTrue(new FileCalls(kernel).stat(fd).isDirectory());
    }
    cgroup.kill();
    assertTrue(processes.getFirst().waitFor(5, TimeUnit.SECONDS));
    cgroup.delete();
    assertFalse(Files.exists(directory));
  }

  @Test
  void freezesAndThaws() throws Exception {
    cgroup.create(null);
    cgroup.join((int) start("sh", "-c", "while :; do :; done").pid());
    cgroup.freeze();
    Cgroup other = Cgroups.of(kernel, cgroup.paths(), Tolerance.NONE);
    assertTrue(other.isFrozen());
    assertTrue(Files.readString(directory.resolve("cgroup.events")).contains("frozen 1"));
    other.thaw();
    assertFalse(cgroup.isFrozen());
    cgroup.freeze();
    cgroup.kill();
    assertTrue(processes.getFirst().waitFor(5, TimeUnit.SECONDS));
  }

  @Test
  void refusesAFrozenCgroup() {
    cgroup.create(null);
    cgroup.freeze();
    assertEquals(
        "container's cgroup unexpectedly frozen",
        assertThrows(CgroupException.class, () -> again().create(null)).getMessage());
    cgroup.thaw();
  }

  @Test
  void limitsHugePagesAndNamesAFile() throws Exception {
    cgroup.create(null);
    cgroup.set(
        Sample.resources(
            "{'hugepageLimits':[{'pageSize':'2MB','limit':4194304}],"
                + "'unified':{'cgroup.max.descendants':'3'}}"),
        List.of());
    assertEquals("4194304", Files.readString(directory.resolve("hugetlb.2MB.max")).strip());
    assertEquals("3", Files.readString(directory.resolve("cgroup.max.descendants")).strip());
    assertEquals(0, cgroup.stats().hugetlb().get("2MB").usage());
  }

  @Test
  void givesItsFilesToAUser() throws Exception {
    cgroup.create(null);
    cgroup.delegate(1234);
    assertEquals(1234, Files.getAttribute(directory, "unix:uid"));
    assertEquals(1234, Files.getAttribute(directory.resolve("cgroup.procs"), "unix:uid"));
    assertEquals(0, Files.getAttribute(directory.resolve("cgroup.freeze"), "unix:uid"));
    assertEquals(0, Files.getAttribute(directory, "unix:gid"));
  }

  @Test
  void tellsWhichControllerIsMissing() throws Exception {
    cgroup.create(null);
    assumeTrue(!Files.exists(directory.resolve("memory.max")), "the machine has memory in v2");
    assertEquals(
        "linux.resources.memory.limit: memory controller is not available",
        refusal("{'memory':{'limit':4194304}}"));
    assertEquals(
        "linux.resources.unified: unified resource \"memory.high\" can't be set: controller"
            + " \"memory\" not available",
        refusal("{'unified':{'memory.high':'1'}}"));
    assertEquals(
        "linux.resources.unified: unified resource \"foo\" must be in the form"
            + " CONTROLLER.PARAMETER",
        refusal("{'unified':{'foo':'1'}}"));
    assertEquals(
        "linux.resources.unified.cgroup.max.depth: write \""
            + directory
            + "/cgroup.max.depth\" \"x\": invalid argument",
        refusal("{'unified':{'cgroup.max.depth':'x'}}"));
  }

  private String refusal(String json) {
    return assertThrows(CgroupException.class, () -> cgroup.set(Sample.resources(json), List.of()))
        .getMessage();
  }

  @Test
  void theKernelEnforcesTheDeviceProgram() throws Exception {
    cgroup.create(null);
    cgroup.set(null, DeviceRules.effective(List.of()));
    Process shell = start("sh");
    cgroup.join((int) shell.pid());
    assertEquals("ok", tell(shell, ": > /dev/null"));
    assertEquals("ok", tell(shell, "head -c 1 /dev/urandom > /dev/null"));
    assertEquals("failed", tell(shell, ": < /dev/kmsg"));
    assertEquals(1, programs());

    DeviceRule kmsg = new DeviceRule(true, "c", 1L, 11L, "r");
    cgroup.set(null, DeviceRules.effective(List.of(kmsg)));
    assertEquals("ok", tell(shell, ": < /dev/kmsg"));
    assertEquals("failed", tell(shell, ": > /dev/kmsg"));
    // The old program was replaced, not joined: it would still forbid.
    assertEquals(1, programs());
  }

  private int programs() {
    int flags = FileCalls.O_RDONLY | FileCalls.O_DIRECTORY;
    try (Fd fd = new FileCalls(kernel).open(directory.toString(), flags)) {
      return new BpfCalls(kernel).query(fd, BpfCalls.BPF_CGROUP_DEVICE).length;
    }
  }

  private static String tell(Process shell, String command) throws Exception {
    String line = "if ( " + command + " ) 2>/dev/null; then echo ok; else echo failed; fi\n";
    shell.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
    shell.getOutputStream().flush();
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8), 1);
    return reader.readLine();
  }
}
