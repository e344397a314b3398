package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config-linux.md, "Readonly Paths". */
class ReadonlyPathsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void aFolderAndAFile() {
    Bundle bundle =
        box.bundle()
            .writable()
            .with("/linux/readonlyPaths", List.of("/data", "/etc/fixed"))
            .file("/data/one", "1")
            .file("/etc/fixed", "2")
            .shell(
                "cat /data/one /etc/fixed; touch /data/two; echo 3 > /etc/fixed; touch /etc/free");

    Result result = box.run(bundle).exits(0);

    assertEquals("12", result.stdout());
    assertEquals(
        List.of(
            "touch: /data/two: Read-only file system",
            "sh: can't create /etc/fixed: Read-only file system"),
        result.stderr().strip().lines().toList());
  }

  @Test
  void procSys() {
    Result result = box.run(box.bundle().shell("echo x > /proc/sys/kernel/hostname")).exits(1);

    assertTrue(result.stderr().contains("Read-only file system"), result::toString);
  }

  @Test
  void whatIsMissingIsSkipped() {
    Bundle bundle =
        box.bundle()
            .writable()
            .with("/linux/readonlyPaths", List.of("/nosuch", "/data"))
            .directory("/data")
            .shell("touch /data/x || echo refused");

    assertEquals("refused", box.run(bundle).exits(0).text());
  }

  @Test
  void otherFlagsOfAMountStay() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "tmpfs", "tmpfs", "nosuid", "nodev", "noexec")
            .with("/linux/readonlyPaths", List.of("/mnt"))
            .args("cat", "/proc/self/mountinfo");

    MountPoint mount = MountPoint.at("/mnt", MountPoint.parse(box.run(bundle).succeeds().stdout()));

    assertTrue(
        mount.options().containsAll(List.of("ro", "nosuid", "nodev", "noexec")), mount::toString);
  }

  @Test
  void theHostsFilesStayWritable() {
    HostFiles.folder(box.folder().resolve("volume"));
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "bind", box.folder().resolve("volume").toString(), "rbind")
            .with("/linux/readonlyPaths", List.of("/mnt"))
            .shell("touch /mnt/x");

    box.run(bundle).exits(1);

    HostFiles.write(box.folder().resolve("volume/y"), "");
  }
}
