package dev.proa.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.proa.spec.linux.Device;
import dev.proa.spec.linux.IdMapping;
import dev.proa.spec.linux.IntelRdt;
import dev.proa.spec.linux.Linux;
import dev.proa.spec.linux.MemoryPolicy;
import dev.proa.spec.linux.Namespace;
import dev.proa.spec.linux.NetDevice;
import dev.proa.spec.linux.Personality;
import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.SeccompArg;
import dev.proa.spec.linux.SeccompRule;
import dev.proa.spec.linux.TimeOffset;
import dev.proa.spec.linux.TimeOffsets;
import dev.proa.spec.linux.resources.BlockIo;
import dev.proa.spec.linux.resources.Cpu;
import dev.proa.spec.linux.resources.DeviceRule;
import dev.proa.spec.linux.resources.HugepageLimit;
import dev.proa.spec.linux.resources.Memory;
import dev.proa.spec.linux.resources.Network;
import dev.proa.spec.linux.resources.Pids;
import dev.proa.spec.linux.resources.Rdma;
import dev.proa.spec.linux.resources.Resources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every member of the example, read into every record. */
class SpecTest {
  private static Spec example() throws IOException {
    try (InputStream in = SpecTest.class.getResourceAsStream("schema/example.json")) {
      return Specs.load("example.json", in.readAllBytes()).spec();
    }
  }

  @Test
  void readsTheCommonSections() throws IOException {
    Spec spec = example();
    assertEquals("1.3.0", spec.ociVersion());
    assertEquals(new Root("rootfs", true), spec.root());
    assertEquals("box", spec.hostname());
    assertEquals("example.net", spec.domainname());
    assertEquals(Map.of("org.example.key", "value"), spec.annotations());
    List<IdMapping> mapping = List.of(new IdMapping(0, 100000, 65536));
    assertEquals(
        List.of(
            new Mount(
                "/proc",
                "proc",
                "proc",
                List.of("nosuid", "noexec", "nodev"),
                List.of(),
                List.of()),
            new Mount(
                "/data", "none", "/srv/data", List.of("rbind", "rro", "idmap"), mapping, mapping)),
        spec.mounts());
    assertEquals(
        new Hooks(
            List.of(new Hook("/usr/bin/prestart", List.of("prestart", "x"), List.of("A=b"), 5)),
            List.of(new Hook("/usr/bin/create-runtime", List.of(), List.of(), null)),
            List.of(new Hook("/usr/bin/create-container", List.of(), List.of(), null)),
            List.of(new Hook("/usr/bin/start-container", List.of(), List.of(), null)),
            List.of(new Hook("/usr/bin/poststart", List.of(), List.of(), null)),
            List.of(new Hook("/usr/bin/poststop", List.of(), List.of(), null))),
        spec.hooks());
  }

  @Test
  void readsTheProcess() throws IOException {
    List<String> kill = List.of("CAP_KILL");
    assertEquals(
        new Process(
            true,
            new ConsoleSize(25, 80),
            new User(1, 2, 63L, List.of(5L, 6L), "daemon"),
            List.of("sh", "-c", "true"),
            List.of("PATH=/usr/bin:/bin", "TERM=xterm"),
            "/",
            new Capabilities(kill, kill, kill, kill, kill),
            List.of(new Rlimit("RLIMIT_NOFILE", 1024, 4096), new Rlimit("RLIMIT_CORE", 0, -1)),
            true,
            "acme_secure_profile",
            100,
            "system_u:system_r:svirt_lxc_net_t:s0:c124,c675",
            new IoPriority(IoPriority.IoClass.IOPRIO_CLASS_BE, 4),
            new Scheduler(
                Scheduler.Policy.SCHED_DEADLINE,
                0,
                0,
                List.of(Scheduler.Flag.SCHED_FLAG_RESET_ON_FORK),
                1000000L,
                2000000L,
                3000000L),
            new ExecCpuAffinity("0-1", "0,2-3")),
        example().process());
  }

  @Test
  void readsTheLinuxSection() throws IOException {
    Linux linux = example().linux();
    assertEquals(
        List.of(
            new Namespace(Namespace.Type.PID, null),
            new Namespace(Namespace.Type.NETWORK, "/run/netns/box"),
            new Namespace(Namespace.Type.MOUNT, null),
            new Namespace(Namespace.Type.IPC, null),
            new Namespace(Namespace.Type.UTS, null),
            new Namespace(Namespace.Type.USER, null),
            new Namespace(Namespace.Type.CGROUP, null),
            new Namespace(Namespace.Type.TIME, null)),
        linux.namespaces());
    assertEquals(List.of(new IdMapping(0, 1000, 32000)), linux.uidMappings());
    assertEquals(List.of(new IdMapping(0, 1000, 32000)), linux.gidMappings());
    assertEquals(
        new TimeOffsets(new TimeOffset(50, 6), new TimeOffset(-2, 0)), linux.timeOffsets());
    assertEquals(
        List.of(
            new Device("c", "/dev/fuse", 10L, 229L, 438L, 0L, 0L),
            new Device("p", "/dev/pipe", null, null, null, null, null)),
        linux.devices());
    assertEquals(
        Map.of("eth0", new NetDevice("eth1"), "ens4", new NetDevice(null)), linux.netDevices());
    assertEquals("/box", linux.cgroupsPath());
    assertEquals(
        new IntelRdt("guaranteed", List.of("L2:0=7"), "L3:0=7f0", "MB:0=20", true),
        linux.intelRdt());
    assertEquals(
        new MemoryPolicy(
            MemoryPolicy.Mode.MPOL_INTERLEAVE,
            "0-1",
            List.of(MemoryPolicy.Flag.MPOL_F_STATIC_NODES)),
        linux.memoryPolicy());
    assertEquals(Map.of("net.ipv4.ip_forward", "1", "kernel.msgmax", "65536"), linux.sysctl());
    assertEquals(
        new Seccomp(
            Seccomp.Action.SCMP_ACT_ERRNO,
            38,
            List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86"),
            List.of("SECCOMP_FILTER_FLAG_LOG"),
            "/run/listener.sock",
            "box",
            List.of(
                new SeccompRule(
                    List.of("getcwd", "chmod"), Seccomp.Action.SCMP_ACT_ALLOW, null, List.of()),
                new SeccompRule(
                    List.of("clone"),
                    Seccomp.Action.SCMP_ACT_TRACE,
                    -1,
                    List.of(
                        new SeccompArg(0, 2114060288L, -1, SeccompArg.Op.SCMP_CMP_MASKED_EQ))))),
        linux.seccomp());
    assertEquals(Linux.RootfsPropagation.RSLAVE, linux.rootfsPropagation());
    assertEquals(List.of("/proc/kcore"), linux.maskedPaths());
    assertEquals(List.of("/proc/sys"), linux.readonlyPaths());
    assertEquals("system_u:object_r:svirt_sandbox_file_t:s0:c715,c811", linux.mountLabel());
    assertEquals(new Personality(Personality.Domain.LINUX32, List.of()), linux.personality());
  }

  @Test
  void readsResources() throws IOException {
    assertEquals(
        new Resources(
            Map.of("memory.high", "1000000"),
            List.of(
                new DeviceRule(false, null, null, null, "rwm"),
                new DeviceRule(true, "c", 10L, 229L, "rw")),
            new Pids(100L),
            new BlockIo(
                10,
                11,
                List.of(new BlockIo.WeightDevice(8, 0, 500, 300)),
                List.of(new BlockIo.ThrottleDevice(8, 0, 600)),
                List.of(new BlockIo.ThrottleDevice(8, 1, -1)),
                List.of(new BlockIo.ThrottleDevice(8, 2, 300)),
                List.of(new BlockIo.ThrottleDevice(8, 3, 400))),
            new Cpu(1024L, -1L, 1000L, 500000L, 950000L, 1000000L, "0-3", "0", 0L),
            List.of(new HugepageLimit("2MB", 9223372036854772000L)),
            new Memory(536870912L, 536870911L, -1L, -2L, -3L, 60L, false, true, true),
            new Network(1048577L, List.of(new Network.InterfacePriority("eth0", 500))),
            Map.of("mlx5_1", new Rdma(3L, 10000L))),
        example().linux().resources());
  }

  @Test
  void absentIsNullOrEmpty() {
    byte[] text = "{}".getBytes(StandardCharsets.UTF_8);
    assertEquals(Resources.NONE, Specs.resources("resources", text));
    Json empty = JsonDocument.parse("empty", text).root();
    assertEquals(Hooks.NONE, Hooks.read(empty));
    assertNull(Pids.read(empty).limit());
    Json pathless =
        JsonDocument.parse("n", "{\"type\":\"pid\",\"path\":\"\"}".getBytes(StandardCharsets.UTF_8))
            .root();
    assertEquals(new Namespace(Namespace.Type.PID, null), Namespace.read(pathless));
  }

  @Test
  void stateIsWrittenAndRead() {
    State state =
        new State("1.3.0", "box", State.Status.CREATING, 7, "/bundle", Map.of("b", "2", "a", "1"));
    JsonWriter writer = JsonWriter.compact();
    state.write(writer);
    assertEquals(
        "{\"ociVersion\":\"1.3.0\",\"id\":\"box\",\"status\":\"creating\",\"pid\":7,"
            + "\"bundle\":\"/bundle\",\"annotations\":{\"a\":\"1\",\"b\":\"2\"}}",
        writer.toString());
    JsonDocument document = JsonDocument.parse("state", writer.toBytes());
    SpecValidator.state(document);
    assertEquals(state, State.read(document.root()));
  }
}
