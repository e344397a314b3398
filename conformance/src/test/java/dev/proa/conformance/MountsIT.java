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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** config.md, "Mounts", with its table of options and its Linux part. */
class MountsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  /** A folder of the host with a file in it. */
  private Path volume() {
    HostFiles.write(box.folder().resolve("volume/file"), "content\n");
    return box.folder().resolve("volume");
  }

  private List<MountPoint> mounts(Bundle bundle) {
    bundle.args("cat", "/proc/self/mountinfo");
    return MountPoint.parse(box.run(bundle).succeeds().stdout());
  }

  /** The mount that a config with one more mount makes at /mnt. */
  private MountPoint mounted(Bundle bundle) {
    return MountPoint.at("/mnt", mounts(bundle));
  }

  private MountPoint tmpfs(String... options) {
    return mounted(box.bundle().mount("/mnt", "tmpfs", "tmpfs", options));
  }

  // Options that are flags of the mount or of the file system, on a tmpfs.

  @ParameterizedTest
  @CsvSource({
    "ro,ro",
    "rw,rw",
    "nosuid,nosuid",
    "nodev,nodev",
    "noexec,noexec",
    "noatime,noatime",
    "relatime,relatime",
    "nodiratime,nodiratime"
  })
  void mountFlagIsSet(String option, String shown) {
    MountPoint mount = tmpfs(option);
    assertTrue(mount.options().contains(shown), mount::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "ro rw,ro",
    "nosuid suid,nosuid",
    "nodev dev,nodev",
    "noexec exec,noexec",
    "noatime atime,noatime",
    "nodiratime diratime,nodiratime",
    "relatime norelatime,none"
  })
  void theLaterOfTwoWins(String options, String hidden) {
    MountPoint mount = tmpfs(options.split(" "));
    assertFalse(mount.options().contains(hidden), mount::toString);
  }

  /** crun's behaviour; runc asks the kernel for a context that it does not know. */
  @Test
  void mountLabelMeansNothingWithoutSelinux() {
    assumeTrue(Files.notExists(Path.of("/sys/fs/selinux/enforce")), "this host has SELinux");
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc fails");
    Result result =
        box.run(
                box.bundle()
                    .with("/linux/mountLabel", "system_u:object_r:svirt_sandbox_file_t:s0:c1,c2")
                    .args("true"))
            .exits(0);

    assumeTrue(box.kind() == RuntimeKind.PROA, "crun does not tell");
    assertTrue(result.stderr().contains("ignoring linux.mountLabel"), result::toString);
  }

  @Test
  void strictatimeShowsNone() {
    MountPoint mount = tmpfs("strictatime");
    assertFalse(
        mount.options().contains("relatime") || mount.options().contains("noatime"),
        mount::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"defaults", "nostrictatime", "loud", "silent", "nomand", "async"})
  void optionIsAccepted(String option) {
    assumeTrue(
        box.kind() == RuntimeKind.PROA || List.of("nomand", "async").contains(option),
        "newer than the Debian peers");
    assertEquals("tmpfs", tmpfs(option).type());
  }

  @ParameterizedTest
  @CsvSource({"sync,sync", "dirsync,dirsync"})
  void superblockFlagIsSet(String option, String shown) {
    MountPoint mount = tmpfs(option);
    assertTrue(mount.superOptions().contains(shown), mount::toString);
  }

  @Test
  void mandIsAccepted() {
    // Linux has no mandatory locks any more (5.15); the flag only warns in the kernel's log.
    assertEquals("tmpfs", tmpfs("mand").type());
  }

  @Test
  void nosymfollow() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    MountPoint mount = tmpfs("nosymfollow");
    assertTrue(mount.options().contains("nosymfollow"), mount::toString);
  }

  @Test
  void lazytime() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has no lazytime");
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc 1.1.5 gives it to the file system as data");
    MountPoint mount = tmpfs("lazytime");
    assertTrue(mount.superOptions().contains("lazytime"), mount::toString);
  }

  @Test
  void iversion() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has no iversion");
    assertEquals("tmpfs", tmpfs("iversion").type());
    assertEquals("tmpfs", tmpfs("iversion", "noiversion").type());
  }

  @Test
  void noexecIsReal() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "tmpfs", "tmpfs", "noexec")
            .shell("cp /bin/busybox /mnt/true; /mnt/true");

    Result result = box.run(bundle).exits(126);

    assertTrue(result.stderr().contains("Permission denied"), result::toString);
  }

  @Test
  void nodevIsReal() {
    Bundle bundle =
        box.bundle()
            .capabilities("CAP_MKNOD")
            .mount("/mnt", "tmpfs", "tmpfs", "nodev")
            .shell("mknod /mnt/null c 1 3; echo x > /mnt/null");

    Result result = box.run(bundle).exits(1);

    assertTrue(result.stderr().contains("Permission denied"), result::toString);
  }

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

  // bind

  @ParameterizedTest
  @ValueSource(strings = {"bind", "rbind"})
  void bindOfAFolder(String option) {
    Bundle bundle = box.bundle().mount("/mnt", "bind", volume().toString(), option);

    assertEquals(
        List.of("content"), box.lines(bundle.shell("cat /mnt/file; echo back > /mnt/new")));
    assertEquals("back\n", HostFiles.read(box.folder().resolve("volume/new")));
  }

  @Test
  void bindByTypeOrByOptionOnly() {
    Path volume = volume();
    Bundle byType = box.bundle().mount("/mnt", "bind", volume.toString()).args("cat", "/mnt/file");
    Bundle byOption =
        box.bundle()
            .with(
                "/mounts/-",
                Map.of(
                    "destination", "/mnt", "source", volume.toString(), "options", List.of("bind")))
            .args("cat", "/mnt/file");
    Bundle ofTypeNone =
        box.bundle().mount("/mnt", "none", volume.toString(), "bind").args("cat", "/mnt/file");

    assertEquals("content", box.output(byOption));
    assertEquals("content", box.output(ofTypeNone));
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc 1.1.5 wants the option");
    assertEquals("content", box.output(byType));
  }

  @Test
  void bindOfAFile() {
    Bundle bundle =
        box.bundle()
            .mount("/etc/new/file", "bind", volume().resolve("file").toString(), "bind")
            .args("cat", "/etc/new/file");

    assertEquals("content", box.output(bundle));
    assertTrue(Files.isRegularFile(bundle.rootfs().resolve("etc/new/file")));
  }

  @Test
  void bindSourceIsRelativeToTheBundle() {
    Bundle bundle = box.bundle().mount("/mnt", "bind", "data", "bind").args("cat", "/mnt/file");
    HostFiles.write(bundle.folder().resolve("data/file"), "relative\n");

    assertEquals("relative", box.output(bundle));
  }

  @Test
  void bindReadOnly() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "bind", volume().toString(), "bind", "ro")
            .shell("cat /mnt/file; touch /mnt/x");

    Result result = box.run(bundle).exits(1);

    assertEquals("content\n", result.stdout());
    assertEquals("touch: /mnt/x: Read-only file system", result.stderr().strip());
  }

  @Test
  void bindWithManyFlags() {
    MountPoint mount =
        mounted(
            box.bundle()
                .mount(
                    "/mnt",
                    "bind",
                    volume().toString(),
                    "rbind",
                    "ro",
                    "nosuid",
                    "nodev",
                    "noexec",
                    "noatime"));

    assertTrue(
        mount.options().containsAll(List.of("ro", "nosuid", "nodev", "noexec", "noatime")),
        mount::toString);
  }

  @Test
  void bindKeepsFlagsOfItsSource() {
    Path volume = HostFiles.folder(box.folder().resolve("volume"));
    box.mount(volume, "-t", "tmpfs", "-o", "nosuid,nodev,noexec", "tmpfs");

    MountPoint mount = mounted(box.bundle().mount("/mnt", "bind", volume.toString(), "bind"));

    assertTrue(mount.options().containsAll(List.of("nosuid", "nodev", "noexec")), mount::toString);
  }

  /** A volume with a mount of its own below. */
  private Path nested() {
    Path below = HostFiles.folder(volume().resolve("below"));
    box.mount(below, "-t", "tmpfs", "tmpfs");
    HostFiles.write(below.resolve("deep"), "deep\n");
    return below.getParent();
  }

  @Test
  void bindLeavesMountsBelowOut() {
    Bundle bundle =
        box.bundle().mount("/mnt", "bind", nested().toString(), "bind").args("ls", "/mnt/below");

    assertEquals("", box.output(bundle));
  }

  @Test
  void rbindTakesMountsBelowAlong() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "bind", nested().toString(), "rbind", "ro")
            .shell("cat /mnt/below/deep; touch /mnt/below/x && echo writable");

    // ro is for the top only.
    assertEquals(List.of("deep", "writable"), box.lines(bundle));
  }

  // Recursive options, mount_setattr(2).

  @ParameterizedTest
  @CsvSource({
    "rro,ro",
    "rnosuid,nosuid",
    "rnodev,nodev",
    "rnoexec,noexec",
    "rnoatime,noatime",
    "rnodiratime,nodiratime",
    "rrelatime,relatime"
  })
  void recursiveFlag(String option, String shown) {
    List<MountPoint> mounts =
        mounts(box.bundle().mount("/mnt", "bind", nested().toString(), "rbind", option));

    for (String point : List.of("/mnt", "/mnt/below")) {
      MountPoint mount = MountPoint.at(point, mounts);
      assertTrue(mount.options().contains(shown), mount::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rrw,ro",
    "rsuid,nosuid",
    "rdev,nodev",
    "rexec,noexec",
    "ratime,noatime",
    "rdiratime,nodiratime",
    "rstrictatime,relatime"
  })
  void recursiveFlagIsCleared(String option, String hidden) {
    assumeTrue(
        !option.equals("ratime") || box.kind() != RuntimeKind.RUNC,
        "runc 1.1.5 asks mount_setattr for something invalid");
    Path volume = nested();
    if (!hidden.equals("relatime")) {
      box.host("mount", "-o", "remount,bind," + hidden, volume + "/below");
    }

    List<MountPoint> mounts =
        mounts(box.bundle().mount("/mnt", "bind", volume.toString(), "rbind", option));

    MountPoint mount = MountPoint.at("/mnt/below", mounts);
    assertFalse(mount.options().contains(hidden), mount::toString);
  }

  @Test
  void rnosymfollow() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    List<MountPoint> mounts =
        mounts(box.bundle().mount("/mnt", "bind", nested().toString(), "rbind", "rnosymfollow"));

    assertTrue(MountPoint.at("/mnt/below", mounts).options().contains("nosymfollow"));
  }

  @Test
  void rroIsReal() {
    Bundle bundle =
        box.bundle()
            .mount("/mnt", "bind", nested().toString(), "rbind", "rro")
            .shell("cat /mnt/below/deep; touch /mnt/below/x");

    Result result = box.run(bundle).exits(1);

    assertEquals("deep\n", result.stdout());
    assertEquals("touch: /mnt/below/x: Read-only file system", result.stderr().strip());
  }

  // Propagation

  @ParameterizedTest
  @CsvSource({"shared,shared:,", "slave,master:,", "private,,", "unbindable,unbindable,"})
  void propagation(String option, String shown) {
    Path volume = volume();
    box.mount(volume, "--bind", volume.toString());
    box.host("mount", "--make-shared", volume.toString());

    MountPoint mount =
        mounted(box.bundle().mount("/mnt", "bind", volume.toString(), "bind", option));

    if (shown == null) {
      assertEquals(List.of(), mount.propagation());
    } else {
      assertTrue(
          mount.propagation().stream().anyMatch(field -> field.startsWith(shown)), mount::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({"rshared,shared:", "rslave,master:", "rprivate,", "runbindable,unbindable"})
  void recursivePropagation(String option, String shown) {
    Path volume = nested();
    box.mount(volume, "--bind", volume.toString());
    HostFiles.folder(volume.resolve("below"));
    box.mount(volume.resolve("below"), "-t", "tmpfs", "tmpfs");
    box.host("mount", "--make-rshared", volume.toString());

    List<MountPoint> mounts =
        mounts(box.bundle().mount("/mnt", "bind", volume.toString(), "rbind", option));

    for (String point : List.of("/mnt", "/mnt/below")) {
      MountPoint mount = MountPoint.at(point, mounts);
      if (shown == null) {
        assertEquals(List.of(), mount.propagation(), mount::toString);
      } else {
        assertTrue(
            mount.propagation().stream().anyMatch(field -> field.startsWith(shown)),
            mount::toString);
      }
    }
  }

  // idmapped mounts

  @Test
  void idmappedBind() {
    assumeTrue(
        box.kind() == RuntimeKind.PROA, "runc has idmap from 1.2 on; crun needs a user namespace");
    Path volume = volume();
    HostFiles.owner(volume.resolve("file"), 1000, 1000);
    Map<String, Integer> mapping = Map.of("containerID", 1000, "hostID", 4000, "size", 1);
    Bundle bundle =
        box.bundle()
            .with(
                "/mounts/-",
                Map.of(
                    "destination",
                    "/mnt",
                    "type",
                    "bind",
                    "source",
                    volume.toString(),
                    "options",
                    List.of("bind", "idmap"),
                    "uidMappings",
                    List.of(mapping),
                    "gidMappings",
                    List.of(mapping)))
            .args("stat", "-c", "%u %g", "/mnt/file");

    assertEquals("4000 4000", box.output(bundle));
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
        result.error().toLowerCase(java.util.Locale.ROOT).contains("not a directory"),
        result::toString);
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
