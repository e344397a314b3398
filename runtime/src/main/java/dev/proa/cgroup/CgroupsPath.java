package dev.proa.cgroup;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * {@code linux.cgroupsPath} (config-linux.md, Cgroups Path): from the hierarchy's root where it is
 * absolute, else from the runtime's own cgroup.
 *
 * @param inner the path without a leading slash, and without {@code .} and {@code ..}; never empty
 *     for a relative one
 * @param absolute whether it starts at the hierarchy's root
 * @param given whether the config has one
 */
public record CgroupsPath(String inner, boolean absolute, boolean given) {

  /**
   * The path for the config's value.
   *
   * @param value the value, or null or empty where the config leaves the choice: {@code id} is then
   *     the name
   */
  public static CgroupsPath of(String value, String id) {
    boolean given = value != null && !value.isEmpty();
    String path = given ? value : id;
    boolean absolute = path.startsWith("/");
    // Like runc, ".." stops at the root instead of being refused: the cgroup never leaves the
    // hierarchy (or, for a relative path, the runtime's own cgroup).
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/")) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return new CgroupsPath(String.join("/", parts), absolute, given);
  }

  /** The directory in a version 1 hierarchy. */
  String inV1(Layout.Hierarchy hierarchy) {
    return join(absolute ? hierarchy.mountPoint() : hierarchy.ownPath());
  }

  /**
   * The directory in cgroup2. A relative path starts beside the own cgroup, not in it: a cgroup
   * with processes of its own can give no controllers to its children.
   */
  String inV2(Layout.Hierarchy hierarchy) {
    String own = hierarchy.ownPath();
    if (absolute || own.equals(hierarchy.mountPoint())) {
      return join(hierarchy.mountPoint());
    }
    return join(own.substring(0, own.lastIndexOf('/')));
  }

  private String join(String base) {
    return inner.isEmpty() ? base : base + "/" + inner;
  }
}
