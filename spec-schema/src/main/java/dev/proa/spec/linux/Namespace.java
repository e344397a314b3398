package dev.proa.spec.linux;

import dev.proa.spec.Json;

/**
 * A namespace to make, or to join: config-linux.md, Namespaces.
 *
 * @param type kind
 * @param path file of an existing one, in the runtime's mount namespace; null makes a new one
 */
public record Namespace(Type type, String path) {

  /** Reads the object. */
  public static Namespace read(Json json) {
    return new Namespace(json.requiredEnum("type", Type.values()), pathOrNull(json));
  }

  /** Go's types write an absent path as an empty one. */
  private static String pathOrNull(Json json) {
    String path = json.textOrNull("path");
    return path == null || path.isEmpty() ? null : path;
  }

  /** Kinds of namespaces(7), by the spec's names. */
  public enum Type {
    PID("pid"),
    NETWORK("network"),
    MOUNT("mount"),
    IPC("ipc"),
    UTS("uts"),
    USER("user"),
    CGROUP("cgroup"),
    TIME("time");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    /** The name of its file in {@code /proc/PID/ns}: namespaces(7). */
    public String file() {
      return switch (this) {
        case MOUNT -> "mnt";
        case NETWORK -> "net";
        case PID, IPC, UTS, USER, CGROUP, TIME -> word;
      };
    }

    /** The spec's word. */
    @Override
    public String toString() {
      return word;
    }
  }
}
