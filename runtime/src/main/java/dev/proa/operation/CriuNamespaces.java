package dev.proa.operation;

import dev.proa.spec.linux.Namespace;

/** CRIU's names of namespaces. */
final class CriuNamespaces {
  private CriuNamespaces() {}

  /**
   * What one that the container joined is called between dump and restore; the same as runc's, so
   * that images can be exchanged. Null for the kinds that CRIU joins by their file.
   */
  static String external(Namespace.Type type) {
    return switch (type) {
      case NETWORK -> "extRootNetNS";
      case PID -> "extRootPidNS";
      default -> null;
    };
  }
}
