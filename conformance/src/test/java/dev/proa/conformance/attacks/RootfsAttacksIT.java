package dev.proa.conformance.attacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.Bundle;
import dev.proa.conformance.Sandbox;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names in the root file system that lead out of it, at once or while the runtime looks. */
class RootfsAttacksIT {
  /** Races are run this often; a runtime with the hole loses one of the first dozens. */
  private static final int ROUNDS = 150;

  @RegisterExtension final Sandbox box = new Sandbox();

  private Path host;
  private Path volume;

  @BeforeEach
  void folders() {
    host = HostFiles.folder(box.folder().resolve("host"));
    volume = HostFiles.folder(box.folder().resolve("volume"));
  }

  /** Nothing was made in the host's folder, and nothing of it is gone. */
  private void assertHostIsAsBefore(Path... files) {
    assertEquals(List.of(files), HostFiles.list(host));
  }

  /**
   * CVE-2021-30465: another container exchanges a mount's target for a link to the host, after the
   * runtime has looked and before it mounts. A hook sees what was mounted where before the root
   * changes.
   */
  @Test
  void aMountTargetIsExchangedForALink() {
    HostFiles.folder(volume.resolve("target"));
    HostFiles.link(volume.resolve("link"), host.toString());
    new Attacker(box).swapping(volume, "target", "link");
    Path seen = box.folder().resolve("mountinfo");
    Bundle bundle =
        box.bundle()
            .mount("/vol", "bind", volume.toString(), "rbind")
            .mount("/vol/target", "tmpfs", "swapped")
            .hook("createContainer", "grep ' swapped ' /proc/self/mountinfo > " + seen)
            .args("true");

    for (int i = 0; i < ROUNDS; i++) {
      box.run(bundle);

      String mounts = HostFiles.readOrEmpty(seen);
      assertFalse(mounts.contains(" " + host + " "), "round " + i + ": " + mounts);
    }
  }

  /**
   * CVE-2024-45310: another container exchanges a folder for a link to the host while the runtime
   * makes the missing folders of a mount's target in it.
   */
  @Test
  void aFolderIsExchangedForALinkWhileOthersAreMadeInIt() {
    Holes.known(box, RuntimeKind.RUNC, "CVE-2024-45310, closed in 1.1.14");
    HostFiles.folder(volume.resolve("a"));
    HostFiles.link(volume.resolve("link"), host.toString());
    new Attacker(box).swapping(volume, "a", "link");
    for (int i = 0; i < ROUNDS; i++) {
      Bundle bundle = box.bundle().mount("/vol", "bind", volume.toString(), "rbind").args("true");
      for (int j = 0; j < 5; j++) {
        bundle.mount("/vol/a/" + i + "/" + j + "/c", "tmpfs", "tmpfs");
      }

      box.run(bundle);

      assertHostIsAsBefore();
      HostFiles.deleteTree(bundle.folder());
    }
  }

  /**
   * CVE-2025-24965, and CVE-2018-15664 before it: a file is made where a link of the image says.
   */
  @Test
  void aFileIsMadeThroughALinkOfTheImage() {
    HostFiles.write(volume.resolve("file"), "content");
    Bundle bundle =
        box.bundle()
            .writable()
            .mount("/etc/made", "bind", volume.resolve("file").toString(), "bind")
            .args("cat", "/etc/made");
    HostFiles.link(bundle.rootfs().resolve("etc/made"), host.resolve("made").toString());

    Result result = box.run(bundle);

    assertHostIsAsBefore();
    // Where it is no error, it is the file of that name inside.
    assertTrue(result.exit() != 0 || result.text().equals("content"), result::toString);
  }

  /** CVE-2018-15664's kin: {@code process.cwd} is made where a link of the image says. */
  @Test
  void theWorkingFolderIsMadeThroughALinkOfTheImage() {
    Bundle bundle = box.bundle().writable().with("/process/cwd", "/link/work").args("pwd");
    HostFiles.link(bundle.rootfs().resolve("link"), host.toString());

    box.run(bundle);

    assertHostIsAsBefore();
  }

  /** CVE-2026-41579, CVE-2026-47766: the image's /dev is a link to a folder of the host. */
  @Test
  void devIsALink() {
    Holes.known(box, RuntimeKind.RUNC, "CVE-2026-41579");
    Holes.known(box, RuntimeKind.CRUN, "CVE-2026-47766");
    Path ptmx = HostFiles.write(host.resolve("ptmx"), "the host's");
    Bundle bundle = withoutDev().writable().args("true");
    HostFiles.deleteTree(bundle.rootfs().resolve("dev"));
    HostFiles.link(bundle.rootfs().resolve("dev"), host.toString());

    box.run(bundle);

    assertHostIsAsBefore(ptmx);
    assertEquals("the host's", HostFiles.read(ptmx));
  }

  /** The same for a device of the config, in a folder that is a link. */
  @Test
  void aDevicesFolderIsALink() {
    Bundle bundle =
        box.bundle()
            .writable()
            .with(
                "/linux/devices",
                List.of(Map.of("path", "/link/mem", "type", "c", "major", 1, "minor", 1)))
            .args("true");
    HostFiles.link(bundle.rootfs().resolve("link"), host.toString());

    box.run(bundle);

    assertHostIsAsBefore();
  }

  /** The root file system itself is a link of the bundle: what it leads to is the root, no more. */
  @Test
  void theRootIsALink() throws Exception {
    Bundle bundle = box.bundle().args("cat", "/etc/mark").file("/etc/mark", "inside");
    Path elsewhere = box.folder().resolve("elsewhere");
    Files.move(bundle.rootfs(), elsewhere);
    HostFiles.link(bundle.rootfs(), elsewhere.toString());

    Result result = box.run(bundle);

    assertTrue(result.exit() != 0 || result.text().equals("inside"), result::toString);
    assertTrue(Files.exists(elsewhere, LinkOption.NOFOLLOW_LINKS));
  }

  private Bundle withoutDev() {
    Bundle bundle = box.bundle().without("/linux/maskedPaths").without("/linux/readonlyPaths");
    for (String mount : List.of("/dev/mqueue", "/dev/shm", "/dev/pts", "/dev")) {
      bundle.withoutMount(mount);
    }
    return bundle;
  }
}
