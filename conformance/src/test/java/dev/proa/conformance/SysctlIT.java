package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** config-linux.md, "Sysctl". */
class SysctlIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @ParameterizedTest
  @CsvSource({
    "net.ipv4.ip_default_ttl,/proc/sys/net/ipv4/ip_default_ttl,42",
    "net.ipv4.ip_local_port_range,/proc/sys/net/ipv4/ip_local_port_range,2000\t3000",
    "kernel.msgmax,/proc/sys/kernel/msgmax,4242",
    "kernel.shmmni,/proc/sys/kernel/shmmni,42",
    "fs.mqueue.queues_max,/proc/sys/fs/mqueue/queues_max,42"
  })
  void isSetInTheContainerOnly(String name, String file, String value) {
    String before = HostFiles.read(file);
    assertNotEquals(value, before.strip(), "the host has the value already");
    Bundle bundle =
        box.bundle()
            .with("/linux/sysctl", Map.of(name, value.replace('\t', ' ')))
            .args("cat", file);

    assertEquals(value, box.output(bundle));
    assertEquals(before, HostFiles.read(file));
  }

  @Test
  void manyAtOnce() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/sysctl",
                Map.of("kernel.msgmax", "1", "kernel.msgmnb", "2", "kernel.sem", "3 4 5 6"))
            .shell("cd /proc/sys/kernel; cat msgmax msgmnb sem");

    assertEquals(List.of("1", "2", "3\t4\t5\t6"), box.lines(bundle));
  }

  @Test
  void aNameWithSlashes() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc 1.1.5 checks the name with dots only");
    Bundle bundle =
        box.bundle()
            .with("/linux/sysctl", Map.of("net/ipv4/ip_forward", "1"))
            .args("cat", "/proc/sys/net/ipv4/ip_forward");

    assertEquals("1", box.output(bundle));
  }

  @Test
  void aKeyWithTheHostsNetworkIsRefused() {
    Bundle bundle =
        box.bundle()
            .withoutNamespace("network")
            .withoutMount("/sys")
            .with("/linux/sysctl", Map.of("net.ipv4.ip_forward", "1"));

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(result.error().contains("net.ipv4.ip_forward"), result::toString);
    box.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"vm.swappiness", "kernel.pid_max", "fs.file-max"})
  void aKeyOutsideNamespacesIsRefused(String name) {
    String file = "/proc/sys/" + name.replace('.', '/');
    String before = HostFiles.read(file);

    Result result = box.tryCreate(box.bundle().with("/linux/sysctl", Map.of(name, "77"))).exits(1);

    assertTrue(result.error().contains(name), result::toString);
    assertEquals(before, HostFiles.read(file));
    box.assertNothingLeft();
  }

  @Test
  void aValueTheKernelRefuses() {
    Bundle bundle = box.bundle().with("/linux/sysctl", Map.of("net.ipv4.ip_forward", "nonsense"));

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(
        result.error().toLowerCase(Locale.ROOT).contains("invalid argument"), result::toString);
    box.assertNothingLeft();
  }

  @Test
  void writtenEvenThoughProcSysIsReadOnly() {
    Bundle bundle =
        box.bundle()
            .with("/linux/sysctl", Map.of("kernel.msgmax", "4242"))
            .shell("cat /proc/sys/kernel/msgmax; echo 1 > /proc/sys/kernel/msgmax");

    Result result = box.run(bundle);

    assertEquals("4242\n", result.stdout());
    assertTrue(result.stderr().contains("Read-only file system"), result::toString);
  }
}
