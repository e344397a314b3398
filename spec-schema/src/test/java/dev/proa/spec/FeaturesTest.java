package dev.proa.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  @Test
  void writesAValidDocument() {
    Features features =
        new Features(
            "1.0.0",
            "1.3.0",
            List.of("prestart"),
            List.of("ro", "rw"),
            new Features.Linux(
                List.of("pid"),
                List.of("CAP_KILL"),
                new Features.Cgroup(true, true, false, false, true),
                new Features.Seccomp(
                    true,
                    List.of("SCMP_ACT_ALLOW"),
                    List.of("SCMP_CMP_EQ"),
                    List.of("SCMP_ARCH_X86_64"),
                    List.of("SECCOMP_FILTER_FLAG_LOG"),
                    List.of()),
                true,
                false,
                new Features.MemoryPolicy(List.of("MPOL_BIND"), List.of()),
                true,
                true,
                true),
            Map.of("org.example", "x"),
            List.of("run.oci."));
    JsonWriter writer = JsonWriter.compact();
    features.write(writer);
    assertEquals(
        "{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\",\"hooks\":[\"prestart\"],"
            + "\"mountOptions\":[\"ro\",\"rw\"],\"linux\":{\"namespaces\":[\"pid\"],"
            + "\"capabilities\":[\"CAP_KILL\"],\"cgroup\":{\"v1\":true,\"v2\":true,"
            + "\"systemd\":false,\"systemdUser\":false,\"rdma\":true},\"seccomp\":{\"enabled\":true,"
            + "\"actions\":[\"SCMP_ACT_ALLOW\"],\"operators\":[\"SCMP_CMP_EQ\"],"
            + "\"archs\":[\"SCMP_ARCH_X86_64\"],\"knownFlags\":[\"SECCOMP_FILTER_FLAG_LOG\"]},"
            + "\"apparmor\":{\"enabled\":true},\"selinux\":{\"enabled\":false},"
            + "\"memoryPolicy\":{\"modes\":[\"MPOL_BIND\"]},"
            + "\"intelRdt\":{\"enabled\":true,\"schemata\":true,\"monitoring\":true},"
            + "\"mountExtensions\":{\"idmap\":{\"enabled\":true}},\"netDevices\":{\"enabled\":true}},"
            + "\"annotations\":{\"org.example\":\"x\"},"
            + "\"potentiallyUnsafeConfigAnnotations\":[\"run.oci.\"]}",
        writer.toString());
    SpecValidator.features(JsonDocument.parse("features", writer.toBytes()));
  }

  @Test
  void leavesOutWhatIsUnknown() {
    JsonWriter writer = JsonWriter.compact();
    new Features("1.0.0", "1.3.0", List.of(), List.of(), null, Map.of(), List.of()).write(writer);
    assertEquals("{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\"}", writer.toString());
  }
}
