package dev.proa.cgroup;

import dev.proa.spec.linux.resources.Resources;
import java.util.List;

/** One controller of one cgroup version, as a translation of the spec's resources. */
public interface Controller {
  /** Its name in the kernel, as {@code memory} or {@code blkio}. */
  String name();

  /**
   * Adds the writes for {@code resources}, in order. Touches nothing.
   *
   * @throws CgroupException if a value can never be accepted
   */
  void translate(Resources resources, List<Write> writes);
}
