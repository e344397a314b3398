package dev.proa.conformance.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a name has left on the machine: processes, mounts and cgroups of one test, or of one whole
 * run, told from everything else by the name and nothing but the name.
 *
 * @param folder the folder that everything of the name is below
 * @param cgroup the name that its top cgroup starts with
 * @param variable the NAME=VALUE that its host processes have in their environment
 */
public record Leftovers(Path folder, String cgroup, String variable) {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  /**
   * Its processes: started by the test, in one of its cgroups, or with a root file system of it.
   */
  public List<Integer> processes() {
    List<Integer> found = new ArrayList<>();
    String ownMounts = HostFiles.target("/proc/self/ns/mnt");
    for (Path process : HostFiles.list(Path.of("/proc"))) {
      String name = process.getFileName().toString();
      if (Character.isDigit(name.charAt(0)) && belongs(process, ownMounts)) {
        found.add(Integer.valueOf(name));
      }
    }
    return found;
  }

  private boolean belongs(Path process, String ownMounts) {
    if (HostFiles.readOrEmpty(process.resolve("stat")).contains(") Z ")) {
      return false;
    }
    if (("\0" + HostFiles.readOrEmpty(process.resolve("environ"))).contains("\0" + variable + "\0")
        || HostFiles.readOrEmpty(process.resolve("cgroup")).contains(":/" + cgroup)) {
      return true;
    }
    String mounts = HostFiles.target(process + "/ns/mnt");
    if (mounts.isEmpty() || mounts.equals(ownMounts)) {
      return false;
    }
    for (MountPoint mount : MountPoint.parse(HostFiles.readOrEmpty(process.resolve("mountinfo")))) {
      if (mount.point().equals("/") && mount.root().startsWith(folder + "/")) {
        return true;
      }
    }
    return false;
  }

  /** Its mounts in the test's own mount namespace, the last made first. */
  public List<String> mounts() {
    List<String> found = new ArrayList<>();
    for (MountPoint mount : MountPoint.of("self")) {
      if (mount.point().equals(folder.toString()) || mount.point().startsWith(folder + "/")) {
        found.addFirst(mount.point());
      }
    }
    return found;
  }

  /** Its cgroups in every hierarchy, the deepest first. */
  public List<Path> cgroups() {
    List<Path> found = new ArrayList<>();
    for (Path hierarchy : hierarchies()) {
      for (Path top : HostFiles.list(hierarchy)) {
        if (top.getFileName().toString().startsWith(cgroup)) {
          found.addAll(tree(top));
        }
      }
    }
    return found;
  }

  private static List<Path> hierarchies() {
    List<Path> found = new ArrayList<>();
    for (MountPoint mount : MountPoint.of("self")) {
      if (mount.type().startsWith("cgroup") && mount.point().startsWith(CGROUPS.toString())) {
        found.add(Path.of(mount.point()));
      }
    }
    return found;
  }

  /** Its cgroups that a container was in, as opposed to the parents a runtime makes on the way. */
  public List<Path> containerCgroups() {
    return cgroups().stream()
        .filter(path -> !path.getFileName().toString().startsWith(cgroup))
        .toList();
  }

  private static List<Path> tree(Path top) {
    try (Stream<Path> all = Files.walk(top)) {
      return all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /** Ends all of it: kills, unmounts, removes cgroups and files. */
  public void remove() {
    for (int round = 0; round < 200; round++) {
      for (Path cgroup : cgroups()) {
        thaw(cgroup);
      }
      List<Integer> processes = processes();
      for (int pid : processes) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      boolean clean = processes.isEmpty();
      for (Path cgroup : cgroups()) {
        clean &= removed(cgroup);
      }
      if (clean) {
        break;
      }
      pause();
    }
    for (String point : mounts()) {
      unmount(point);
    }
    // Where cgroup2 is not mounted beside v1, crun makes plain folders in its place.
    Path plain = CGROUPS.resolve("unified");
    if (!hierarchies().contains(plain)) {
      for (Path each : HostFiles.list(plain)) {
        if (each.getFileName().toString().startsWith(cgroup)) {
          HostFiles.deleteTree(each);
        }
      }
    }
    HostFiles.deleteTree(folder);
  }

  private static void thaw(Path cgroup) {
    Path frozen = cgroup.resolve("freezer.state");
    if (Files.exists(frozen)) {
      try {
        Files.writeString(frozen, "THAWED");
      } catch (IOException e) {
        // Gone in between.
        return;
      }
    }
  }

  private static boolean removed(Path cgroup) {
    try {
      Files.deleteIfExists(cgroup);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void unmount(String point) {
    try {
      new ProcessBuilder("umount", "-l", point).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
