package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A container that is a unit of systemd, whose properties {@code systemctl} tells. */
abstract class SystemdUnit {
  @RegisterExtension final Sandbox box = new Sandbox();

  static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  static void assumeSystemd() {
    assumeTrue(
        HostFiles.readOrEmpty(Path.of("/proc/1/comm")).strip().equals("systemd")
            && Files.exists(CGROUPS.resolve("cgroup.controllers")),
        "this machine's pid 1 is not systemd with cgroup v2: hack/vm test SystemdIT");
  }

  OciRuntime systemd() {
    return box.runtime().with(box.runtime().globals().withSystemdCgroup());
  }

  /** A container's bundle whose unit is {@code it-NAME.scope} in system.slice. */
  Bundle scope() {
    Bundle bundle = box.bundle().sleeping();
    return bundle.with("/linux/cgroupsPath", "system.slice:it:" + bundle.name());
  }

  static String unit(Bundle bundle) {
    return "it-" + bundle.name() + ".scope";
  }

  Container create(Bundle bundle) {
    assumeSystemd();
    return box.create(bundle, CreateOptions.bundle(bundle.write()), systemd());
  }

  Result tryCreate(Bundle bundle) {
    OciRuntime runtime = systemd();
    return runtime.create(box.owns(bundle.name(), runtime), CreateOptions.bundle(bundle.write()));
  }

  /** The container's cgroup, from the hierarchy's root. */
  static String cgroup(Container container) {
    return container.proc("cgroup").strip().replaceFirst("^0::", "");
  }

  static String file(Container container, String name) {
    return HostFiles.read(CGROUPS.resolve(cgroup(container).substring(1)).resolve(name)).strip();
  }

  String property(String unit, String name) {
    return box.host("systemctl", "show", "--value", "-p", name, unit);
  }

  List<String> properties(String unit, String... names) {
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      lines.add(name + "=" + property(unit, name));
    }
    return lines;
  }

  void assertNoUnit(String unit) {
    assertEquals(
        "", box.host("systemctl", "list-units", "--all", "--plain", "--no-legend", unit), unit);
    assertFalse(Files.exists(CGROUPS.resolve("system.slice").resolve(unit)));
  }
}
