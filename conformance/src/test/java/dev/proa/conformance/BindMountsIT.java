package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** config.md, "Mounts": bind mounts, with the options that are theirs. */
class BindMountsIT extends Mounting {

  // bind

  @ParameterizedTest
  @ValueSource(strings = {"bind", "rbind"})
  void bindOfAFolder(String option) {
    Bundle bundle = box.bundle().mount("/mnt", "bind", volume().toString(), option);

    assertEquals(
        List.of("content"), box.lines(bundle.shell("cat /mnt/file; echo back > /mnt/new")));
    assertEquals("back\n", HostFiles.read(box.folder().resolve("volume/new")));
  }

  @Test
  void bindByTypeOrByOptionOnly() {
    Path volume = volume();
    Bundle byType = box.bundle().mount("/mnt", "bind", volume.toString()).args("cat", "/mnt/file");
    Bundle byOption =
        box.bundle()
            .with(
                "/mounts/-",
                Map.of(
                    "destination", "/mnt", "source", volume.toString(), "options", List.of("bind")))
            .args("cat", "/mnt/file");
    Bundle ofTypeNone =
        box.bundle().mount("/mnt", "none", volume.toString(), "bind").args("cat", "/mnt/file");

    assertEquals("content", box.output(byOption));
    assertEquals("content", box.output(ofTypeNone));
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc 1.1.5 wants the option");
    assertEquals("content", box.output(byType));
  }

  @Test
  void bindOfAFile() {
    Bundle bundle =
        box.bundle()
            .mount("/etc/new/file", "bind", volume().resolve("file").toString(), "bind")
            .args("cat", "/etc/new/file");

    assertEquals("content", box.output(bundle));
    assertTrue(Files.isRegularFile(bundle.rootfs().resolve("etc/new/file")));
  }

  @Test
  void bindSourceIsRelativeToTheBundle() {
    Bundle bundle = box.bundle().mount("/mnt", "bind", "data", "bind").args("cat", "/mnt/file");
    HostFiles.write(bundle.folder().resolve("data/file"), "relative\n");

    assertEquals("relative", box.output(bundle));
  }

  @Test
  void bindReadOnly() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "bind", volume().toString(), "bind", "ro")
            .shell("cat /mnt/file; touch /mnt/x");

    Result result = box.run(bundle).exits(1);

    assertEquals("content\n", result.stdout());
    assertEquals("touch: /mnt/x: Read-only file system", result.stderr().strip());
  }

  @Test
  void bindWithManyFlags() {
    MountPoint mount =
        mounted(
            box.bundle()
                .mount(
                    "/mnt",
                    "bind",
                    volume().toString(),
                    "rbind",
                    "ro",
                    "nosuid",
                    "nodev",
                    "noexec",
                    "noatime"));

    assertTrue(
        mount.options().containsAll(List.of("ro", "nosuid", "nodev", "noexec", "noatime")),
        mount::toString);
  }

  @Test
  void bindKeepsFlagsOfItsSource() {
    Path volume = HostFiles.folder(box.folder().resolve("volume"));
    box.mount(volume, "-t", "tmpfs", "-o", "nosuid,nodev,noexec", "tmpfs");

    MountPoint mount = mounted(box.bundle().mount("/mnt", "bind", volume.toString(), "bind"));

    assertTrue(mount.options().containsAll(List.of("nosuid", "nodev", "noexec")), mount::toString);
  }

  /** A volume with a mount of its own below. */
  private Path nested() {
    Path below = HostFiles.folder(volume().resolve("below"));
    box.mount(below, "-t", "tmpfs", "tmpfs");
    HostFiles.write(below.resolve("deep"), "deep\n");
    return below.getParent();
  }

  @Test
  void bindLeavesMountsBelowOut() {
    Bundle bundle =
        box.bundle().mount("/mnt", "bind", nested().toString(), "bind").args("ls", "/mnt/below");

    assertEquals("", box.output(bundle));
  }

  @Test
  void rbindTakesMountsBelowAlong() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "bind", nested().toString(), "rbind", "ro")
            .shell("cat /mnt/below/deep; touch /mnt/below/x && echo writable");

    // ro is for the top only.
    assertEquals(List.of("deep", "writable"), box.lines(bundle));
  }

  // Recursive options, mount_setattr(2).

  @ParameterizedTest
  @CsvSource({
    "rro,ro",
    "rnosuid,nosuid",
    "rnodev,nodev",
    "rnoexec,noexec",
    "rnoatime,noatime",
    "rnodiratime,nodiratime",
    "rrelatime,relatime"
  })
  void recursiveFlag(String option, String shown) {
    List<MountPoint> mounts =
        mounts(box.bundle().mount("/mnt", "bind", nested().toString(), "rbind", option));

    for (String point : List.of("/mnt", "/mnt/below")) {
      MountPoint mount = MountPoint.at(point, mounts);
      assertTrue(mount.options().contains(shown), mount::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rrw,ro",
    "rsuid,nosuid",
    "rdev,nodev",
    "rexec,noexec",
    "ratime,noatime",
    "rdiratime,nodiratime",
    "rstrictatime,relatime"
  })
  void recursiveFlagIsCleared(String option, String hidden) {
    assumeTrue(
        !option.equals("ratime") || box.kind() != RuntimeKind.RUNC,
        "runc 1.1.5 asks mount_setattr for something invalid");
    Path volume = nested();
    if (!hidden.equals("relatime")) {
      box.host("mount", "-o", "remount,bind," + hidden, volume + "/below");
    }

    List<MountPoint> mounts =
        mounts(box.bundle().mount("/mnt", "bind", volume.toString(), "rbind", option));

    MountPoint mount = MountPoint.at("/mnt/below", mounts);
    assertFalse(mount.options().contains(hidden), mount::toString);
  }

  @Test
  void rnosymfollow() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    List<MountPoint> mounts =
        mounts(box.bundle().mount("/mnt", "bind", nested().toString(), "rbind", "rnosymfollow"));

    assertTrue(MountPoint.at("/mnt/below", mounts).options().contains("nosymfollow"));
  }

  @Test
  void rroIsReal() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "bind", nested().toString(), "rbind", "rro")
            .shell("cat /mnt/below/deep; touch /mnt/below/x");

    Result result = box.run(bundle).exits(1);

    assertEquals("deep\n", result.stdout());
    assertEquals("touch: /mnt/below/x: Read-only file system", result.stderr().strip());
  }

  // Propagation

  @ParameterizedTest
  @CsvSource({"shared,shared:,", "slave,master:,", "private,,", "unbindable,unbindable,"})
  void propagation(String option, String shown) {
    Path volume = volume();
    box.mount(volume, "--bind", volume.toString());
    box.host("mount", "--make-shared", volume.toString());

    MountPoint mount =
        mounted(box.bundle().mount("/mnt", "bind", volume.toString(), "bind", option));

    if (shown == null) {
      assertEquals(List.of(), mount.propagation());
    } else {
      assertTrue(
          mount.propagation().stream().anyMatch(field -> field.startsWith(shown)), mount::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({"rshared,shared:", "rslave,master:", "rprivate,", "runbindable,unbindable"})
  void recursivePropagation(String option, String shown) {
    Path volume = nested();
    box.mount(volume, "--bind", volume.toString());
    HostFiles.folder(volume.resolve("below"));
    box.mount(volume.resolve("below"), "-t", "tmpfs", "tmpfs");
    box.host("mount", "--make-rshared", volume.toString());

    List<MountPoint> mounts =
        mounts(box.bundle().mount("/mnt", "bind", volume.toString(), "rbind", option));

    for (String point : List.of("/mnt", "/mnt/below")) {
      MountPoint mount = MountPoint.at(point, mounts);
      if (shown == null) {
        assertEquals(List.of(), mount.propagation(), mount::toString);
      } else {
        assertTrue(
            mount.propagation().stream().anyMatch(field -> field.startsWith(shown)),
            mount::toString);
      }
    }
  }

  // idmapped mounts

  @Test
  void idmappedBind() {
    assumeTrue(
        box.kind() == RuntimeKind.PROA, "runc has idmap from 1.2 on; crun needs a user namespace");
    Path volume = volume();
    HostFiles.owner(volume.resolve("file"), 1000, 1000);
    Map<String, Integer> mapping = Map.of("containerID", 1000, "hostID", 4000, "size", 1);
    Bundle bundle =
        box.bundle()
            .with(
                "/mounts/-",
                Map.of(
                    "destination",
                    "/mnt",
                    "type",
                    "bind",
                    "source",
                    volume.toString(),
                    "options",
                    List.of("bind", "idmap"),
                    "uidMappings",
                    List.of(mapping),
                    "gidMappings",
                    List.of(mapping)))
            .args("stat", "-c", "%u %g", "/mnt/file");

    assertEquals("4000 4000", box.output(bundle));
  }
}
