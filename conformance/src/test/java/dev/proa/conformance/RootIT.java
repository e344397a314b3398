package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config.md, "Root". */
class RootIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void readonlyRootRefusesWrites() {
    Bundle bundle = box.bundle().shell("touch /x; cat /proc/self/mountinfo");

    var result = box.run(bundle).exits(0);

    assertEquals("touch: /x: Read-only file system", result.stderr().strip());
    assertTrue(MountPoint.at("/", MountPoint.parse(result.stdout())).options().contains("ro"));
    assertFalse(Files.exists(bundle.rootfs().resolve("x")));
  }

  @Test
  void writableRootIsTheBundlesFolder() {
    Bundle bundle = box.bundle().writable().shell("echo hello > /x");

    box.run(bundle).succeeds();

    assertEquals("hello\n", HostFiles.read(bundle.rootfs().resolve("x")));
  }

  @Test
  void rootIsWritableByDefault() {
    Bundle bundle = box.bundle().without("/root/readonly").shell("echo hello > /x");

    box.run(bundle).succeeds();

    assertEquals("hello\n", HostFiles.read(bundle.rootfs().resolve("x")));
  }

  @Test
  void absolutePathOutsideTheBundle() throws Exception {
    Bundle bundle = box.bundle().args("cat", "/etc/mark").file("/etc/mark", "moved");
    Path elsewhere = box.folder().resolve("elsewhere");
    Files.move(bundle.rootfs(), elsewhere);
    bundle.with("/root/path", elsewhere.toString());

    assertEquals("moved", box.output(bundle));
  }

  @Test
  void theHostsFilesAreNotReachable() {
    Bundle bundle =
        box.bundle()
            .shell("cat /../../../../etc/mark; ls -d " + box.folder() + " 2>&1 | tail -n 1")
            .file("/etc/mark", "inside\n");

    assertEquals(
        List.of("inside", "ls: " + box.folder() + ": No such file or directory"),
        box.lines(bundle));
  }

  @Test
  void nothingOfTheOldRootIsMounted() {
    List<MountPoint> mounts =
        MountPoint.parse(
            box.run(box.bundle().args("cat", "/proc/self/mountinfo")).succeeds().stdout());

    assertEquals("/", mounts.getFirst().point());
    for (MountPoint mount : mounts) {
      assertTrue(
          List.of("/", "/proc", "/dev", "/sys").stream()
              .anyMatch(top -> mount.point().equals(top) || mount.point().startsWith(top + "/")),
          mount::toString);
    }
  }

  @Test
  void noPivotMovesTheRoot() {
    Bundle bundle = box.bundle().shell("pwd; ls -d /etc/passwd").file("/etc/mark", "x");

    var result =
        box.runtime()
            .run(
                box.owns(bundle.name(), box.runtime()),
                RunOptions.of(CreateOptions.bundle(bundle.write()).withNoPivot()));

    assertEquals(List.of("/", "/etc/passwd"), result.succeeds().lines());
  }

  @Test
  void theBundleIsTheWorkingFolderByDefault() {
    Bundle bundle = box.bundle().args("echo", "here");
    Path folder = bundle.write();

    var result =
        box.runtime()
            .through("sh", "-c", "cd " + folder + " && exec \"$@\"", "sh")
            .run(box.owns(bundle.name(), box.runtime()), RunOptions.bundle(null));

    assertEquals("here", result.succeeds().text());
  }
}
