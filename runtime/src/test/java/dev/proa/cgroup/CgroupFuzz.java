package dev.proa.cgroup;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fuzz targets of what this package reads. */
public final class CgroupFuzz {
  private CgroupFuzz() {}

  /** A cgroup path never leaves the hierarchy. */
  public static void path(byte[] input) {
    CgroupsPath path = CgroupsPath.of(new String(input, StandardCharsets.UTF_8), "id");
    if (path.inner().startsWith("/") || List.of(path.inner().split("/")).contains("..")) {
      throw new AssertionError("outside: " + path);
    }
  }

  /** What the kernel says of mounts and of the own cgroup: two texts with a NUL between them. */
  public static void layout(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    int split = Math.max(text.indexOf('\0'), 0);
    try {
      Layout.parse(text.substring(0, split), text.substring(split));
    } catch (CgroupException e) {
      return;
    }
  }
}
