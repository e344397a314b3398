package dev.proa.operation;

import dev.proa.spec.linux.Namespace;

/** CRIU's names of namespaces. */
final class CriuNamespaces {
  private CriuNamespaces() {}

  /** As in {@code /proc/PID/ns}. */
  static String name(Namespace.Type type) {
    return switch (type) {
      case PID -> "pid";
      case NETWORK -> "net";
      case MOUNT -> "mnt";
      case IPC -> "ipc";
      case UTS -> "uts";
      case USER -> "user";
      case CGROUP -> "cgroup";
      case TIME -> "time";
    };
  }

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
