package dev.proa.cgroup.v1;

import static dev.proa.cgroup.Sample.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.DeviceList;
import dev.proa.cgroup.DeviceRules;
import dev.proa.spec.linux.resources.DeviceRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesTest {
  private static final DeviceRule DENY_ALL = new DeviceRule(false, null, null, null, "rwm");
  private static final DeviceRule ALLOW_ALL = new DeviceRule(true, "a", null, null, "rwm");

  private static DeviceRule allow(String type, Long major, Long minor, String access) {
    return new DeviceRule(true, type, major, minor, access);
  }

  private static DeviceRule deny(String type, Long major, Long minor, String access) {
    return new DeviceRule(false, type, major, minor, access);
  }

  private static DeviceList list(DeviceRule... rules) {
    return DeviceList.of(List.of(rules), "devices");
  }

  @Test
  void theDefaultConfigWritesWhatRuncWrites() {
    // What strace shows of runc 1.1.5 with `runc spec`'s config, in the order of the rules.
    assertEquals(
        List.of(
            "devices.deny = a *:* rwm",
            "devices.allow = c *:* m",
            "devices.allow = b *:* m",
            "devices.allow = c 1:3 rwm",
            "devices.allow = c 1:8 rwm",
            "devices.allow = c 1:7 rwm",
            "devices.allow = c 5:0 rwm",
            "devices.allow = c 1:5 rwm",
            "devices.allow = c 1:9 rwm",
            "devices.allow = c 136:* rwm",
            "devices.allow = c 5:2 rwm",
            "devices.allow = c 10:200 rwm"),
        lines(
            Devices.transition(
                list(ALLOW_ALL),
                DeviceList.of(DeviceRules.effective(List.of(DENY_ALL)), "devices"))));
  }

  @Test
  void theConfigsRulesAreAppliedInTheirOrderBeforeTheDefaultOnes() {
    assertEquals(
        List.of(
            "devices.deny = a *:* rwm",
            "devices.allow = c 10:229 rwm",
            "devices.allow = b 8:20 rw",
            "devices.allow = b 10:200 r",
            "devices.allow = c *:* m"),
        lines(
                Devices.transition(
                    list(ALLOW_ALL),
                    DeviceList.of(
                        DeviceRules.effective(
                            List.of(
                                DENY_ALL,
                                allow("c", 10L, 229L, "rwm"),
                                allow("b", 8L, 20L, "rw"),
                                allow("b", 10L, 200L, "r"))),
                        "devices")))
            .subList(0, 5));
  }

  @Test
  void fromOneListToAnotherOnlyTheDifferenceIsWritten() {
    assertEquals(
        List.of("devices.deny = c 1:3 w", "devices.deny = c 1:5 rwm", "devices.allow = b 8:0 r"),
        lines(
            Devices.transition(
                list(allow("c", 1L, 3L, "rwm"), allow("c", 1L, 5L, "rwm")),
                list(allow("c", 1L, 3L, "rm"), allow("b", 8L, 0L, "r")))));
    assertEquals(
        List.of(),
        lines(Devices.transition(list(allow("c", 1L, 3L, "r")), list(allow("c", 1L, 3L, "r")))));
  }

  @Test
  void aPermissiveListIsSetAnew() {
    assertEquals(
        List.of("devices.allow = a *:* rwm", "devices.deny = b 8:* w"),
        lines(
            Devices.transition(
                list(allow("c", 1L, 3L, "rwm")), list(ALLOW_ALL, deny("b", 8L, null, "w")))));
  }

  @Test
  void theLaterRuleCounts() {
    assertEquals(
        list(allow("c", 1L, 3L, "r")), list(allow("c", 1L, 3L, "rwm"), deny("c", 1L, 3L, "wm")));
    assertEquals(list(), list(allow("c", 1L, 3L, "rwm"), DENY_ALL));
  }

  @Test
  void refusesAnExceptionFromAWildcard() {
    assertEquals(
        "devices[1]: requested rule [c 10:229 w] not supported by devices cgroupv1 (cannot punch"
            + " hole in existing wildcard rule [c 10:* rwm])",
        assertThrows(
                CgroupException.class,
                () -> list(allow("c", 10L, null, "rwm"), deny("c", 10L, 229L, "w")))
            .getMessage());
  }

  @Test
  void readsDevicesList() {
    assertEquals(
        list(allow("b", null, null, "m"), allow("c", 136L, null, "rwm")),
        DeviceList.parse("b *:* m\nc 136:* rwm"));
    assertEquals(list(ALLOW_ALL), DeviceList.parse("a *:* rwm"));
  }
}
