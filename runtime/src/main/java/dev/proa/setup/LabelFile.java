package dev.proa.setup;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;

/**
 * Writes to {@code /proc/self/attr}, only ever through the verified procfs: an image that gets
 * something else mounted there would swallow the label (CVE-2019-16884), or have the runtime write
 * it to another file of procfs (CVE-2025-52881).
 */
final class LabelFile {
  private LabelFile() {}

  /** Writes to the first of the two files that is there; {@code other} may be null. */
  static void write(Inside inside, String path, String other, byte[] text) {
    FileCalls files = new FileCalls(inside.kernel());
    Fd proc = inside.procfs().root();
    if (other != null) {
      try (Fd fd = files.openIfPresent(proc, path, FileCalls.O_WRONLY)) {
        if (fd != null) {
          files.writeAll(fd, text);
          return;
        }
      }
    }
    files.writeFile(proc, other == null ? path : other, text);
  }
}
