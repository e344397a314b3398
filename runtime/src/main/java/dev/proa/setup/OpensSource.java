package dev.proa.setup;

import dev.proa.kernel.Kernel;

/**
 * A step that needs something of the host which the container's user namespace may not let it open.
 * Where the container gets a user namespace and the caller is privileged, the parent opens it
 * before clone3(2) and the child inherits the descriptor; else the step opens it itself.
 */
public interface OpensSource {
  /** Opens it, in the parent. */
  void openSource(Kernel kernel);

  /** Whether only the parent can do it, whatever namespaces the container has. */
  default boolean onlyInParent() {
    return false;
  }
}
