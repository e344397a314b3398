package dev.proa.conformance;

import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One more mount in a config, and what it looks like inside: config.md, "Mounts". */
abstract class Mounting {
  @RegisterExtension final Sandbox box = new Sandbox();

  /** A folder of the host with a file in it. */
  Path volume() {
    HostFiles.write(box.folder().resolve("volume/file"), "content\n");
    return box.folder().resolve("volume");
  }

  List<MountPoint> mounts(Bundle bundle) {
    bundle.args("cat", "/proc/self/mountinfo");
    return MountPoint.parse(box.run(bundle).succeeds().stdout());
  }

  /** The mount that a config with one more mount makes at /mnt. */
  MountPoint mounted(Bundle bundle) {
    return MountPoint.at("/mnt", mounts(bundle));
  }

  MountPoint tmpfs(String... options) {
    return mounted(box.bundle().mount("/mnt", "tmpfs", "tmpfs", options));
  }
}
