package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * config.md, "Mounts": the table of options that are flags of the mount or of the file system, on a
 * tmpfs.
 */
class MountOptionsIT extends Mounting {
  @ParameterizedTest
  @CsvSource({
    "ro,ro",
    "rw,rw",
    "nosuid,nosuid",
    "nodev,nodev",
    "noexec,noexec",
    "noatime,noatime",
    "relatime,relatime",
    "nodiratime,nodiratime"
  })
  void mountFlagIsSet(String option, String shown) {
    MountPoint mount = tmpfs(option);
    assertTrue(mount.options().contains(shown), mount::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "ro rw,ro",
    "nosuid suid,nosuid",
    "nodev dev,nodev",
    "noexec exec,noexec",
    "noatime atime,noatime",
    "nodiratime diratime,nodiratime",
    "relatime norelatime,none"
  })
  void theLaterOfTwoWins(String options, String hidden) {
    MountPoint mount = tmpfs(options.split(" "));
    assertFalse(mount.options().contains(hidden), mount::toString);
  }

  /** crun's behaviour; runc asks the kernel for a context that it does not know. */
  @Test
  void mountLabelMeansNothingWithoutSelinux() {
    assumeTrue(Files.notExists(Path.of("/sys/fs/selinux/enforce")), "this host has SELinux");
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc fails");
    Result result =
        box.run(
                box.bundle()
                    .with("/linux/mountLabel", "system_u:object_r:svirt_sandbox_file_t:s0:c1,c2")
                    .args("true"))
            .exits(0);

    assumeTrue(box.kind() == RuntimeKind.PROA, "crun does not tell");
    assertTrue(result.stderr().contains("ignoring linux.mountLabel"), result::toString);
  }

  @Test
  void strictatimeShowsNone() {
    MountPoint mount = tmpfs("strictatime");
    assertFalse(
        mount.options().contains("relatime") || mount.options().contains("noatime"),
        mount::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"defaults", "nostrictatime", "loud", "silent", "nomand", "async"})
  void optionIsAccepted(String option) {
    assumeTrue(
        box.kind() == RuntimeKind.PROA || List.of("nomand", "async").contains(option),
        "newer than the Debian peers");
    assertEquals("tmpfs", tmpfs(option).type());
  }

  @ParameterizedTest
  @CsvSource({"sync,sync", "dirsync,dirsync"})
  void superblockFlagIsSet(String option, String shown) {
    MountPoint mount = tmpfs(option);
    assertTrue(mount.superOptions().contains(shown), mount::toString);
  }

  @Test
  void mandIsAccepted() {
    // Linux has no mandatory locks any more (5.15); the flag only warns in the kernel's log.
    assertEquals("tmpfs", tmpfs("mand").type());
  }

  @Test
  void nosymfollow() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    MountPoint mount = tmpfs("nosymfollow");
    assertTrue(mount.options().contains("nosymfollow"), mount::toString);
  }

  @Test
  void lazytime() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has no lazytime");
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc 1.1.5 gives it to the file system as data");
    MountPoint mount = tmpfs("lazytime");
    assertTrue(mount.superOptions().contains("lazytime"), mount::toString);
  }

  @Test
  void iversion() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has no iversion");
    assertEquals("tmpfs", tmpfs("iversion").type());
    assertEquals("tmpfs", tmpfs("iversion", "noiversion").type());
  }

  @Test
  void noexecIsReal() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "tmpfs", "tmpfs", "noexec")
            .shell("cp /bin/busybox /mnt/true; /mnt/true");

    Result result = box.run(bundle).exits(126);

    assertTrue(result.stderr().contains("Permission denied"), result::toString);
  }

  @Test
  void nodevIsReal() {
    Bundle bundle =
        box.bundle()
            .capabilities("CAP_MKNOD")
            .mount("/mnt", "tmpfs", "tmpfs", "nodev")
            .shell("mknod /mnt/null c 1 3; echo x > /mnt/null");

    Result result = box.run(bundle).exits(1);

    assertTrue(result.stderr().contains("Permission denied"), result::toString);
  }
}
