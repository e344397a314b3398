package dev.proa.setup;

import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.linux.IdMapping;
import java.util.List;

/** Whether a file system takes an idmapped mount: tried on a detached one. */
public final class IdmapProbe {
  private IdmapProbe() {}

  /**
   * Maps a detached mount that nobody has seen.
   *
   * @return null if that works, or why it does not
   */
  public static Errno attempt(Kernel kernel, Fd tree) {
    List<IdMapping> one = List.of(new IdMapping(0, 100_000, 65_536));
    try {
      new MountMapping(one, one, false).apply(kernel, tree);
      return null;
    } catch (KernelException e) {
      return e.errno();
    }
  }
}
