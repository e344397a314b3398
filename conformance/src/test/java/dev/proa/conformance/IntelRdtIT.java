package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config-linux.md, "IntelRdt": all that a machine without it can show, and on one with it more. */
class IntelRdtIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static Path resctrl() {
    return MountPoint.of("self").stream()
        .filter(mount -> mount.type().equals("resctrl"))
        .map(mount -> Path.of(mount.point()))
        .findFirst()
        .orElse(null);
  }

  @Test
  void withoutResctrlThereIsNoContainer() {
    assumeTrue(resctrl() == null, "resctrl is mounted");
    assumeTrue(box.kind() == RuntimeKind.PROA, "the Debian peers leave the section out");

    Result result =
        box.tryCreate(box.bundle().sleeping().with("/linux/intelRdt", Map.of())).exits(1);

    assertTrue(
        result.error().contains("linux.intelRdt: no resctrl file system is mounted"),
        result::toString);
    box.assertNothingLeft();
  }

  @Test
  void aNameThatLeavesTheFolder() {
    Bundle bundle = box.bundle().sleeping().with("/linux/intelRdt/closID", "../x");

    Result result = box.tryCreate(bundle).exits(1);

    assumeTrue(box.kind() == RuntimeKind.PROA, "the text is proa's own");
    assertTrue(result.error().contains("is no name of a class of service"), result::toString);
  }

  @Test
  void aClassOfItsOwn() {
    Path resctrl = resctrl();
    assumeFalse(resctrl == null, "resctrl is not mounted");
    Container container =
        box.started(
            box.bundle().sleeping().with("/linux/intelRdt", Map.of("enableMonitoring", true)));
    Path own = resctrl.resolve(container.id());
    Path monitoring = own.resolve("mon_groups").resolve(container.id());

    assertEquals(
        List.of(Integer.toString(container.pid())),
        HostFiles.read(own.resolve("tasks")).lines().toList());
    assertTrue(Files.isDirectory(monitoring));

    container.kill("KILL").await("stopped").delete();
    assertFalse(Files.exists(own));
  }
}
