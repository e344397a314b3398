package dev.proa.conformance.host;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of proc_pid_mountinfo(5).
 *
 * @param root the folder of the file system that is mounted
 * @param point where it is mounted
 * @param options of the mount
 * @param propagation the optional fields: {@code shared:N}, {@code master:N}, {@code unbindable}
 * @param superOptions of the file system
 */
public record MountPoint(
    String root,
    String point,
    List<String> options,
    List<String> propagation,
    String type,
    String source,
    List<String> superOptions) {

  /** All mounts of a mountinfo text, in its order. */
  public static List<MountPoint> parse(String mountinfo) {
    return mountinfo.lines().filter(line -> line.contains(" - ")).map(MountPoint::line).toList();
  }

  /** All mounts that a process sees. */
  public static List<MountPoint> of(String pid) {
    return parse(HostFiles.read("/proc/" + pid + "/mountinfo"));
  }

  /** The topmost (last) mount at a point. */
  public static MountPoint at(String point, List<MountPoint> mounts) {
    MountPoint found = null;
    for (MountPoint mount : mounts) {
      if (mount.point().equals(point)) {
        found = mount;
      }
    }
    if (found == null) {
      throw new AssertionError("no mount at " + point + " in " + mounts);
    }
    return found;
  }

  private static MountPoint line(String line) {
    String[] halves = line.split(" - ", 2);
    String[] left = halves[0].split(" ");
    String[] right = halves[1].split(" ");
    List<String> propagation = new ArrayList<>();
    for (int i = 6; i < left.length; i++) {
      propagation.add(left[i]);
    }
    return new MountPoint(
        left[3],
        left[4],
        List.of(left[5].split(",")),
        propagation,
        right[0],
        right[1],
        List.of(right[2].split(",")));
  }
}
