package dev.proa.operation;

import dev.proa.cgroup.CgroupDriver;
import java.util.function.Consumer;

/**
 * What holds for every operation of one invocation.
 *
 * @param root the folder of the containers' states, absolute
 * @param cgroups who makes the cgroups of a new container; an existing one's state tells its own
 * @param rootless whether missing permissions on cgroups are forgiven; null where the user decides
 * @param debugLog takes what {@code --debug} tells, or null without it
 */
public record Settings(
    String root, CgroupDriver cgroups, Boolean rootless, Consumer<String> debugLog) {

  /** Whether anybody wants to know: ask before a text is made that costs something. */
  boolean isDebug() {
    return debugLog != null;
  }

  /** Tells what is being done, with {@code --debug} only. */
  void debug(String message) {
    if (debugLog != null) {
      debugLog.accept(message);
    }
  }
}
