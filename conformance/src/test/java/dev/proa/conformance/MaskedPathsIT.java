package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config-linux.md, "Masked Paths". */
class MaskedPathsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void aFileReadsAsEmpty() {
    Bundle bundle =
        box.bundle()
            .with("/linux/maskedPaths", List.of("/etc/secret"))
            .file("/etc/secret", "secret")
            .shell("cat /etc/secret; stat -c '%t:%T' /etc/secret");

    // /dev/null lies over it.
    assertEquals("1:3", box.output(bundle));
  }

  @Test
  void aFolderIsEmptyAndReadOnly() {
    Bundle bundle =
        box.bundle()
            .writable()
            .with("/linux/maskedPaths", List.of("/secrets"))
            .file("/secrets/one", "secret")
            .shell("ls /secrets; touch /secrets/x");

    Result result = box.run(bundle).exits(1);

    assertEquals("", result.stdout());
    assertEquals("touch: /secrets/x: Read-only file system", result.stderr().strip());
  }

  @Test
  void theMaskOfAFolderIsATmpfs() {
    Bundle bundle =
        box.bundle()
            .with("/linux/maskedPaths", List.of("/secrets"))
            .directory("/secrets")
            .args("cat", "/proc/self/mountinfo");

    MountPoint mount =
        MountPoint.at("/secrets", MountPoint.parse(box.run(bundle).succeeds().stdout()));

    assertEquals("tmpfs", mount.type());
    assertTrue(mount.options().contains("ro"), mount::toString);
  }

  @Test
  void whatIsMissingIsSkipped() {
    Bundle bundle =
        box.bundle()
            .with("/linux/maskedPaths", List.of("/nosuch", "/nosuch/below", "/etc/secret"))
            .file("/etc/secret", "secret")
            .args("cat", "/etc/secret");

    assertEquals("", box.output(bundle));
  }

  @Test
  void procFilesAreMasked() {
    Bundle bundle =
        box.bundle()
            .with("/linux/maskedPaths", List.of("/proc/timer_list", "/proc/keys", "/sys/firmware"))
            .shell("cat /proc/timer_list /proc/keys; ls /sys/firmware; echo end");

    assertEquals("end", box.output(bundle));
  }

  @Test
  void maskedAfterTheMounts() {
    HostFiles.write(box.folder().resolve("volume/secret"), "secret");
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "bind", box.folder().resolve("volume").toString(), "rbind")
            .with("/linux/maskedPaths", List.of("/mnt/secret"))
            .args("cat", "/mnt/secret");

    assertEquals("", box.output(bundle));
    assertEquals("secret", HostFiles.read(box.folder().resolve("volume/secret")));
  }

  @Test
  void emptyListMasksNothing() {
    Bundle bundle =
        box.bundle()
            .with("/linux/maskedPaths", List.of())
            .shell("cat /proc/timer_list | head -n 1 | cut -d' ' -f1-2");

    assertEquals("Timer List", box.output(bundle));
  }
}
