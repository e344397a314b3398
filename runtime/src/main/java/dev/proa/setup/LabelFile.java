package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.KernelException;
import java.nio.charset.StandardCharsets;

/**
 * Writes to {@code /proc/self/attr}, only ever through the verified procfs: an image that gets
 * something else mounted there would swallow the label (CVE-2019-16884), or have the runtime write
 * it to another file of procfs (CVE-2025-52881).
 */
final class LabelFile {
  private LabelFile() {}

  /** Writes to {@code path}, or where the kernel does not have that file, to {@code other}. */
  static void write(Inside inside, String path, String other, String text) {
    try (Fd fd = open(inside.procfs(), path, other)) {
      new FileCalls(inside.kernel()).writeAll(fd, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Fd open(ProcFs procfs, String path, String other) {
    try {
      return procfs.openProcessFile(path, FileCalls.O_WRONLY);
    } catch (KernelException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      return procfs.openProcessFile(other, FileCalls.O_WRONLY);
    }
  }
}
