package dev.proa.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.spec.JsonDocument;
import dev.proa.spec.Spec;
import dev.proa.spec.SpecTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigAuditTest {
  private static List<String> audit(String config) {
    List<String> lines = new ArrayList<>();
    byte[] text = config.getBytes(StandardCharsets.UTF_8);
    for (Exposure each :
        ConfigAudit.exposures(Spec.read(JsonDocument.parse("config.json", text)), "/bundle")) {
      lines.add(each.grade() + " " + each.pointer() + " " + each.message());
    }
    return lines;
  }

  /** The template with one text of it replaced. */
  private static List<String> with(String old, String replacement) {
    String config =
        new String(SpecTemplate.rootful(true), StandardCharsets.UTF_8).replaceAll("\\s+", "");
    assertTrue(config.contains(old), () -> old + " is not in " + config);
    return audit(config.replace(old, replacement));
  }

  private static List<String> with(String mount) {
    return with("\"mounts\":[", "\"mounts\":[" + mount.replace('\'', '"') + ",");
  }

  private static void assertHas(List<String> lines, String expected) {
    assertTrue(lines.contains(expected), () -> expected + " is not in " + lines);
  }

  @Test
  void theTemplateIsNoWorseThanMedium() {
    List<String> lines = audit(new String(SpecTemplate.rootful(true), StandardCharsets.UTF_8));

    assertTrue(
        lines.stream().noneMatch(line -> line.matches("(high|critical) .*")), lines::toString);
    assertHas(lines, "medium /linux/seccomp every system call can be made: there is no filter");
  }

  @Test
  void aUserNamespaceCountsTwoGrades() {
    List<String> rootful =
        with("\"CAP_AUDIT_WRITE\",\"CAP_KILL\"", "\"CAP_SYS_ADMIN\",\"CAP_KILL\"");
    List<String> rootless =
        with("\"CAP_AUDIT_WRITE\",\"CAP_KILL\",\"CAP_NET_BIND_SERVICE\"]", "\"CAP_SYS_ADMIN\"]");
    String config = new String(SpecTemplate.rootless(7, 7, true), StandardCharsets.UTF_8);

    String reach = " CAP_SYS_ADMIN: mount(2), setns(2) and much more: as good as root of the host";
    assertHas(rootful, "critical /process/capabilities/bounding/0" + reach);
    assertEquals(1, rootless.stream().filter(line -> line.contains("CAP_SYS_ADMIN")).count());
    assertHas(
        audit(config.replace("CAP_KILL", "CAP_SYS_ADMIN")),
        "medium /process/capabilities/bounding/1" + reach);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /                          |      | critical | / can be written to: all files of the host
          /..//.                     | ro   | high     | / can be read: all files of the host
          /etc/ssh                   | ro   | medium   | /etc/ssh can be read: the host's users, services and keys
          /var/run                   | ro   | critical | /run can be read: the sockets of the host's daemons
          /var/run/docker.sock       | ro   | critical | /run/docker.sock: who may ask that daemon is root of the host
          /x/crio/crio.sock          |      | critical | /x/crio/crio.sock: who may ask that daemon is root of the host
          /run/dbus/system_bus_socket|      | medium   | /run/dbus/system_bus_socket: a socket of a daemon of the host
          /var/lib/docker            |      | critical | /var/lib/docker can be written to: the state of the host's daemons
          /var/lib/docker/volumes/a  |      | info     | /var/lib/docker/volumes/a can be written to: files of containers
          /etcetera                  |      | info     | /etcetera can be written to
          data                       |      | info     | /bundle/data can be written to
          /srv                       | ro rw| info  | /srv can be written to
          """)
  void binds(String source, String options, String grade, String message) {
    String more = options == null ? "" : ",'" + options.replace(" ", "','") + "'";
    assertHas(
        with("{'destination':'/x','source':'" + source + "','options':['rbind'" + more + "]}"),
        grade + " /mounts/0/source " + message);
  }

  @Test
  void aReadOnlyBindOfNothingSpecialIsNoExposure() {
    List<String> lines = with("{'destination':'/x','source':'/srv','options':['bind','ro']}");

    assertTrue(lines.stream().noneMatch(line -> line.contains("/mounts/")), lines::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pid     | high     | /linux/namespaces shares the host's pid namespace: sees and may signal and trace the host's processes
          network | high     | /linux/namespaces shares the host's network namespace: reaches what listens on the host's loopback and abstract sockets
          mount   | critical | /linux/namespaces shares the host's mount namespace: changes the host's mounts
          """)
  void sharedNamespaces(String type, String grade, String rest) {
    assertHas(with("{\"type\":\"" + type + "\"}", "{\"type\":\"time\"}"), grade + " " + rest);
  }

  @Test
  void theHostsNamespaceByItsPath() {
    assertHas(
        with("{\"type\":\"pid\"}", "{\"type\":\"pid\",\"path\":\"/proc/1/ns/pid\"}"),
        "high /linux/namespaces/0 shares the host's pid namespace: sees and may signal and trace"
            + " the host's processes");
  }

  @Test
  void devicesMasksAndLimits() {
    assertHas(
        with("{\"allow\":false,\"access\":\"rwm\"}", "{\"allow\":true,\"access\":\"rwm\"}"),
        "critical /linux/resources/devices/0 may open every device, the host's disks and memory"
            + " too");
    assertHas(
        with("\"/proc/sys\",", ""),
        "high /linux/readonlyPaths /proc/sys can be written to: root there commands the kernel");
    assertHas(with("\"/proc/kcore\",", ""), "medium /linux/maskedPaths /proc/kcore is not masked");
    assertHas(
        with("\"/proc/kcore\"", "\"/proc\""),
        "low /linux/resources/memory/limit may use up the host's memory: no limit");
    assertTrue(
        with("\"/proc/kcore\"", "\"/proc\"").stream().noneMatch(l -> l.contains("not masked")),
        "a mask of a folder covers what is in it");
  }

  @Test
  void gradesByTheirWords() {
    assertEquals(Grade.HIGH, Grade.of("high"));
    assertNull(Grade.of("HIGH"));
    assertEquals(Grade.INFO, Grade.LOW.inUserNamespace());
  }
}
