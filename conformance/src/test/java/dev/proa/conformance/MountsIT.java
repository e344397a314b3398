package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** config.md, "Mounts": the file systems and their places. */
class MountsIT extends Mounting {

  // tmpfs

  @Test
  void tmpfsDataOptions() {
    MountPoint mount = tmpfs("size=65536k", "mode=1750", "nr_inodes=100", "uid=5", "gid=6");

    assertTrue(
        mount
            .superOptions()
            .containsAll(List.of("size=65536k", "mode=1750", "nr_inodes=100", "uid=5", "gid=6")),
        mount::toString);
  }

  @Test
  void tmpfsSizeIsReal() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "tmpfs", "tmpfs", "size=64k")
            .shell("dd if=/dev/zero of=/mnt/x bs=1024 count=100");

    assertTrue(box.run(bundle).exits(1).stderr().contains("No space left on device"));
  }

  @Test
  void tmpfsTakesTheModeOfTheFolder() {
    Bundle bundle =
        box.bundle()
            .mount("/data", "tmpfs", "tmpfs")
            .directory("/data")
            .args("stat", "-c", "%a", "/data");
    HostFiles.mode(bundle.rootfs().resolve("data"), 0b001_111_000_101);

    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun leaves the kernel's mode");
    assertEquals("1705", box.output(bundle));
  }

  @Test
  void tmpcopyup() {
    Bundle bundle =
        box.bundle()
            .mount("/data", "tmpfs", "tmpfs", "tmpcopyup")
            .file("/data/sub/file", "content\n")
            .shell(
                "cat /data/sub/file; readlink /data/link; stat -c '%a %u' /data/sub/file;"
                    + " echo more > /data/new; grep -c ' /data ' /proc/self/mountinfo");
    HostFiles.link(bundle.rootfs().resolve("data/link"), "sub/file");
    HostFiles.mode(bundle.rootfs().resolve("data/sub/file"), "rw-r-----");
    HostFiles.owner(bundle.rootfs().resolve("data/sub/file"), 1000, 1000);

    assertEquals(
        List.of("content", "sub/file", "640 1000", "1"),
        box.lines(bundle.capabilities("CAP_DAC_OVERRIDE")));
    assertFalse(Files.exists(bundle.rootfs().resolve("data/new")));
  }

  // Other file systems

  @Test
  void procSysfsDevptsMqueue() {
    List<MountPoint> mounts = mounts(box.bundle());

    assertEquals("proc", MountPoint.at("/proc", mounts).type());
    assertEquals("sysfs", MountPoint.at("/sys", mounts).type());
    assertTrue(MountPoint.at("/sys", mounts).options().contains("ro"));
    assertEquals("devpts", MountPoint.at("/dev/pts", mounts).type());
    assertTrue(
        MountPoint.at("/dev/pts", mounts)
            .superOptions()
            .containsAll(List.of("gid=5", "mode=620", "ptmxmode=666")));
    assertEquals("mqueue", MountPoint.at("/dev/mqueue", mounts).type());
    assertEquals("tmpfs", MountPoint.at("/dev/shm", mounts).type());
    assertEquals("shm", MountPoint.at("/dev/shm", mounts).source());
    assertTrue(
        MountPoint.at("/dev/shm", mounts)
            .options()
            .containsAll(List.of("nosuid", "nodev", "noexec")));
  }

  @Test
  void procIsOfTheContainersPidNamespace() {
    assertEquals("1", box.output(box.bundle().args("readlink", "/proc/self")));
  }

  @Test
  void cgroupMount() {
    Bundle bundle =
        box.bundle()
            .mount(
                "/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro")
            .shell(
                "cat /proc/self/mountinfo; cat /sys/fs/cgroup/pids/cgroup.procs | head -n 1;"
                    + " touch /sys/fs/cgroup/memory/x");
    Result result = box.run(bundle).exits(1);

    List<MountPoint> mounts = MountPoint.parse(result.stdout());
    MountPoint memory = MountPoint.at("/sys/fs/cgroup/memory", mounts);
    assertEquals("cgroup", memory.type());
    assertEquals(bundle.cgroupsPath(), memory.root());
    assertTrue(memory.options().containsAll(List.of("ro", "nosuid", "nodev", "noexec")));
    assertTrue(result.stdout().endsWith("\n1\n"), result::toString);
    assertTrue(result.stderr().contains("Read-only file system"), result::toString);
  }

  @Test
  void cgroupMountOfACgroupNamespace() {
    Bundle bundle =
        box.bundle()
            .namespace("cgroup")
            .mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid", "noexec", "nodev");

    MountPoint memory = MountPoint.at("/sys/fs/cgroup/memory", mounts(bundle));

    assertEquals("/", memory.root());
    assertTrue(memory.superOptions().contains("memory"), memory::toString);
  }

  // Destinations

  @Test
  void aMissingDestinationIsMade() {
    Bundle bundle = box.bundle().mount("/a/b/c", "tmpfs", "tmpfs").shell("stat -c %a /a /a/b");

    assertEquals(List.of("755", "755"), box.lines(bundle));
    assertTrue(Files.isDirectory(bundle.rootfs().resolve("a/b/c")));
  }

  @Test
  void inTheOrderOfTheList() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "tmpfs", "first")
            .mount("/mnt", "tmpfs", "second")
            .mount("/mnt/below", "tmpfs", "third");
    List<String> order = new ArrayList<>();
    for (MountPoint mount : mounts(bundle)) {
      if (mount.point().startsWith("/mnt")) {
        order.add(mount.point() + " " + mount.source());
      }
    }

    assertEquals(List.of("/mnt first", "/mnt second", "/mnt/below third"), order);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/../../../../outside", "/etc/../../../outside"})
  void dotsDoNotLeaveTheRoot(String destination) {
    Bundle bundle =
        box.bundle().mount(destination, "tmpfs", "mark").args("cat", "/proc/self/mountinfo");

    String mounts = box.run(bundle).exits(0).stdout();

    assertEquals("mark", MountPoint.at("/outside", MountPoint.parse(mounts)).source());
    assertFalse(Files.exists(Path.of("/outside")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "../../../../../../../", "/tmp"})
  void aLinkInTheRootDoesNotLeaveIt(String target) {
    Bundle bundle = box.bundle().mount("/link/made", "tmpfs", "mark");
    HostFiles.link(bundle.rootfs().resolve("link"), target);
    String expected = target.equals("/tmp") ? "/tmp/made" : "/made";

    assertEquals("mark", MountPoint.at(expected, mounts(bundle)).source());
    assertFalse(Files.exists(Path.of(expected)));
  }

  @Test
  void aLinkAsTheDestinationIsFollowedInside() {
    Bundle bundle =
        box.bundle().mount("/var/run", "tmpfs", "mark").directory("/run").directory("/var");
    HostFiles.link(bundle.rootfs().resolve("var/run"), "/run");

    assertEquals("mark", MountPoint.at("/run", mounts(bundle)).source());
  }

  @Test
  void aFolderOnAFileIsRefused() {
    Bundle bundle = box.bundle().mount("/etc/passwd", "bind", volume().toString(), "bind");

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(
        result.error().toLowerCase(Locale.ROOT).contains("not a directory"), result::toString);
    box.assertNothingLeft();
  }

  @Test
  void mountsDoNotReachTheHost() {
    List<MountPoint> before = MountPoint.of("self");
    Container container = box.started(box.bundle().sleeping());

    assertEquals(before, MountPoint.of("self"));
    assertEquals("running", container.status());
  }

  @Test
  void manyMounts() {
    Bundle bundle = box.bundle();
    for (int i = 0; i < 100; i++) {
      bundle.mount("/many/" + i, "tmpfs", "tmpfs", "size=4k");
    }

    assertEquals(
        100, mounts(bundle).stream().filter(mount -> mount.point().startsWith("/many/")).count());
  }
}
