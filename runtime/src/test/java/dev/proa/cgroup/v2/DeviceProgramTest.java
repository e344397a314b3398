package dev.proa.cgroup.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.cgroup.CgroupException;
import dev.proa.cgroup.DeviceList;
import dev.proa.cgroup.DeviceRules;
import dev.proa.spec.linux.resources.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeviceProgramTest {
  private static final int READ = DeviceList.READ;
  private static final int WRITE = DeviceList.WRITE;
  private static final int MKNOD = DeviceList.MKNOD;

  private static boolean permits(DeviceList list, boolean block, int access, int major, int minor) {
    return BpfInterpreter.run(DeviceProgram.of(list), block, access, major, minor) == 1;
  }

  @Test
  void theDefaultRulesPermitTheDefaultDevices() {
    DeviceList list = DeviceList.of(DeviceRules.effective(List.of()), "devices");
    assertEquals(true, permits(list, false, READ | WRITE, 1, 3));
    assertEquals(true, permits(list, false, READ | WRITE | MKNOD, 5, 2));
    assertEquals(true, permits(list, false, READ | WRITE, 136, 7));
    assertEquals(true, permits(list, false, MKNOD, 1, 1));
    assertEquals(true, permits(list, true, MKNOD, 8, 0));
    assertEquals(false, permits(list, false, READ, 1, 1));
    assertEquals(false, permits(list, true, READ, 8, 0));
    assertEquals(false, permits(list, true, READ, 1, 3));
    assertEquals(false, permits(list, false, READ, 5, 1));
  }

  @Test
  void anAccessIsForbiddenIfAnyPartOfItIs() {
    DeviceList list =
        DeviceList.of(
            List.of(
                new DeviceRule(true, "a", null, null, "rwm"),
                new DeviceRule(false, "c", 1L, 3L, "w")),
            "devices");
    assertEquals(true, permits(list, false, READ, 1, 3));
    assertEquals(false, permits(list, false, WRITE, 1, 3));
    assertEquals(false, permits(list, false, READ | WRITE, 1, 3));
    assertEquals(true, permits(list, false, READ | WRITE, 1, 5));
  }

  @Test
  void agreesWithTheListForRandomRules() {
    Random random = new Random(1);
    int compared = 0;
    for (int round = 0; round < 400; round++) {
      List<DeviceRule> rules = new ArrayList<>();
      for (int i = random.nextInt(8); i > 0; i--) {
        rules.add(randomRule(random));
      }
      DeviceList list;
      try {
        list = DeviceList.of(rules, "devices");
      } catch (CgroupException e) {
        continue;
      }
      byte[] program = DeviceProgram.of(list);
      for (int bits = 0; bits < 7 * 2 * 9; bits++) {
        int access = bits % 7 + 1;
        boolean block = bits / 7 % 2 == 0;
        int major = bits / 14 % 3;
        int minor = bits / 42;
        assertEquals(
            expected(list, block, access, major, minor),
            BpfInterpreter.run(program, block, access, major, minor) == 1,
            () -> rules + " " + list);
        compared++;
      }
    }
    assertEquals(true, compared > 10_000);
  }

  private static DeviceRule randomRule(Random random) {
    String[] types = {"a", "b", "c", "b", "c", "c"};
    String[] accesses = {"r", "w", "m", "rw", "rm", "wm", "rwm"};
    return new DeviceRule(
        random.nextBoolean(),
        types[random.nextInt(types.length)],
        random.nextInt(4) == 0 ? null : Long.valueOf(random.nextInt(3)),
        random.nextInt(4) == 0 ? null : Long.valueOf(random.nextInt(3)),
        accesses[random.nextInt(accesses.length)]);
  }

  /** As __devcgroup_check_permission() of security/device_cgroup.c. */
  private static boolean expected(
      DeviceList list, boolean block, int access, int major, int minor) {
    for (Map.Entry<DeviceList.Devices, Integer> entry : list.exceptions().entrySet()) {
      DeviceList.Devices devices = entry.getKey();
      if (devices.block() == block
          && (devices.major() == DeviceList.ANY || devices.major() == major)
          && (devices.minor() == DeviceList.ANY || devices.minor() == minor)) {
        int common = access & entry.getValue();
        if (list.isPermissive() ? common != 0 : common == access) {
          return !list.isPermissive();
        }
      }
    }
    return list.isPermissive();
  }
}
