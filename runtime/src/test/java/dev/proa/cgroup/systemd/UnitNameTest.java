package dev.proa.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.cgroup.CgroupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values are those of containerd, Docker, podman and CRI-O, and what runc makes of them. */
class UnitNameTest {
  @ParameterizedTest
  @CsvSource({
    "system.slice:docker:abc, system.slice, docker-abc.scope, /system.slice/docker-abc.scope",
    "machine.slice:libpod:abc, machine.slice, libpod-abc.scope, /machine.slice/libpod-abc.scope",
    "kubepods-burstable-pod1_2.slice:cri-containerd:abc, kubepods-burstable-pod1_2.slice,"
        + " cri-containerd-abc.scope, /kubepods.slice/kubepods-burstable.slice"
        + "/kubepods-burstable-pod1_2.slice/cri-containerd-abc.scope",
    ":docker:abc, system.slice, docker-abc.scope, /system.slice/docker-abc.scope",
    "-:docker:abc, -.slice, docker-abc.scope, /docker-abc.scope",
    "-.slice:docker:abc, -.slice, docker-abc.scope, /docker-abc.scope",
    "a.slice::abc, a.slice, -abc.scope, /a.slice/-abc.scope",
    "kubepods.slice:x:kubepods-pod1.slice, kubepods.slice, kubepods-pod1.slice,"
        + " /kubepods.slice/kubepods-pod1.slice",
    ":x:pod.slice, system.slice, pod.slice, /pod.slice",
  })
  void places(String value, String slice, String unit, String path) {
    UnitName name = UnitName.of(value, "id", false);

    assertEquals(slice, name.slice());
    assertEquals(unit, name.unit());
    assertEquals(path, name.path());
  }

  @Test
  void defaults() {
    assertEquals("/system.slice/runc-c1.scope", UnitName.of(null, "c1", false).path());
    assertEquals("/system.slice/runc-c1.scope", UnitName.of("", "c1", false).path());
    assertEquals("/user.slice/runc-c1.scope", UnitName.of(null, "c1", true).path());
    assertEquals("/user.slice/docker-c1.scope", UnitName.of(":docker:c1", "x", true).path());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/docker/abc", "abc", "a:b", "a.slice:b:c:d"})
  void refusesWhatIsNotThreeParts(String value) {
    assertEquals(
        "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \""
            + value
            + "\" instead",
        refusal(value));
  }

  @ParameterizedTest
  @CsvSource({
    "system:p:n, invalid slice name: system",
    ".slice:p:n, invalid slice name: .slice",
    "a--b.slice:p:n, invalid slice name: a--b.slice",
    "-a.slice:p:n, invalid slice name: -a.slice",
    "a-.slice:p:n, invalid slice name: a-.slice",
    "a/b.slice:p:n, invalid slice name: a/b.slice",
    "a.slice:p:../../x, invalid unit name: p-../../x.scope",
    "a.slice:p:a--b.slice, invalid slice name: a--b.slice",
    "a.slice:p:n m, invalid unit name: p-n m.scope",
  })
  void refusesWhatSystemdWouldNotTake(String value, String message) {
    assertEquals(message, refusal(value));
  }

  @Test
  void refusesNamesThatAreTooLong() {
    String id = "x".repeat(245);
    assertEquals(
        "runc-" + id + ".scope", refusal(null, id).substring("invalid unit name: ".length()));
  }

  private static String refusal(String value) {
    return refusal(value, "id");
  }

  private static String refusal(String value, String id) {
    return assertThrows(CgroupException.class, () -> UnitName.of(value, id, false)).getMessage();
  }
}
