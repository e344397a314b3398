package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config-linux.md, "Devices", "Default Devices" and the device list of "Control groups". */
class DevicesIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void defaultDevices() {
    Bundle bundle =
        box.bundle()
            .shell(
                "cd /dev; for d in null zero full random urandom tty; do stat -c '%n %t:%T %a' $d; done");

    assertEquals(
        List.of(
            "null 1:3 666",
            "zero 1:5 666",
            "full 1:7 666",
            "random 1:8 666",
            "urandom 1:9 666",
            "tty 5:0 666"),
        box.lines(bundle));
  }

  @Test
  void defaultDevicesWork() {
    Bundle bundle =
        box.bundle()
            .shell(
                "echo x > /dev/null; dd if=/dev/zero bs=3 count=1 2>/dev/null | od -An -tx1;"
                    + " echo x > /dev/full; dd if=/dev/urandom bs=4 count=1 2>/dev/null | wc -c");

    Result result = box.run(bundle).exits(0);

    assertEquals(List.of("00 00 00", "4"), result.lines().stream().map(String::strip).toList());
    assertTrue(result.stderr().contains("No space left on device"), result::toString);
  }

  @Test
  void standardLinks() {
    Bundle bundle =
        box.bundle().shell("cd /dev; for l in fd stdin stdout stderr ptmx; do readlink $l; done");

    assertEquals(
        List.of(
            "/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", "pts/ptmx"),
        box.lines(bundle));
  }

  @Test
  void nothingElseInDev() {
    assertEquals(
        List.of(
            "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin",
            "stdout", "tty", "urandom", "zero"),
        box.lines(box.bundle().args("ls", "/dev")).stream()
            // A link to /proc/kcore, where the kernel has that.
            .filter(name -> !name.equals("core"))
            .toList());
  }

  @Test
  void characterDevice() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/devices",
                List.of(
                    Map.of(
                        "path",
                        "/dev/mine",
                        "type",
                        "c",
                        "major",
                        1,
                        "minor",
                        5,
                        "fileMode",
                        0640,
                        "uid",
                        1000,
                        "gid",
                        2000)))
            .shell("stat -c '%F %t:%T %a %u %g' /dev/mine");

    assertEquals("character special file 1:5 640 1000 2000", box.output(bundle));
  }

  @Test
  void unbufferedIsCharacter() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/devices",
                List.of(Map.of("path", "/dev/mine", "type", "u", "major", 1, "minor", 5)))
            .shell("stat -c '%F %t:%T' /dev/mine");

    assertEquals("character special file 1:5", box.output(bundle));
  }

  @Test
  void blockDevice() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/devices",
                List.of(
                    Map.of(
                        "path",
                        "/dev/disk",
                        "type",
                        "b",
                        "major",
                        7,
                        "minor",
                        200,
                        "fileMode",
                        0600,
                        "uid",
                        0,
                        "gid",
                        0)))
            .shell("stat -c '%F %t:%T %a' /dev/disk");

    assertEquals("block special file 7:c8 600", box.output(bundle));
  }

  @Test
  void fifo() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/devices",
                List.of(
                    Map.of("path", "/dev/pipe", "type", "p", "fileMode", 0622, "uid", 5, "gid", 6)))
            .shell("stat -c '%F %a %u %g' /dev/pipe");

    assertEquals("fifo 622 5 6", box.output(bundle));
  }

  @Test
  void aDeviceInANewFolder() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/devices",
                List.of(Map.of("path", "/dev/net/deep/x", "type", "c", "major", 1, "minor", 3)))
            .shell("stat -c '%t:%T' /dev/net/deep/x");

    assertEquals("1:3", box.output(bundle));
  }

  @Test
  void aDeviceMayReplaceADefaultOne() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/devices",
                List.of(
                    Map.of(
                        "path",
                        "/dev/null",
                        "type",
                        "c",
                        "major",
                        1,
                        "minor",
                        3,
                        "fileMode",
                        0600)))
            .with(
                "/linux/resources/devices/-",
                Map.of("allow", true, "type", "c", "major", 1, "minor", 3, "access", "rwm"))
            .shell("stat -c '%t:%T %a' /dev/null");

    assertEquals("1:3 600", box.output(bundle));
  }

  @Test
  void theUmaskDoesNotMatter() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/devices",
                List.of(
                    Map.of(
                        "path",
                        "/dev/mine",
                        "type",
                        "c",
                        "major",
                        1,
                        "minor",
                        5,
                        "fileMode",
                        0666)))
            .shell("stat -c %a /dev/mine /dev/null");
    Result result =
        box.runtime()
            .through("sh", "-c", "umask 077; exec \"$@\"", "sh")
            .run(box.owns(bundle.name(), box.runtime()), RunOptions.bundle(bundle.write()));

    assertEquals(List.of("666", "666"), result.succeeds().lines());
  }

  @Test
  void otherDevicesAreDenied() {
    // Making any node is allowed, opening it is not: runc's implicit rules.
    Bundle bundle =
        box.bundle()
            .writable()
            .capabilities("CAP_MKNOD")
            .shell("mknod /tmp/fuse c 10 229 && cat /tmp/fuse");

    Result result = box.run(bundle).exits(1);

    assertEquals("cat: can't open '/tmp/fuse': Operation not permitted", result.stderr().strip());
  }

  @Test
  void anAllowedDeviceOpens() {
    Bundle bundle =
        box.bundle()
            .writable()
            .capabilities("CAP_MKNOD")
            .with(
                "/linux/resources/devices/-",
                Map.of("allow", true, "type", "c", "major", 10, "minor", 229, "access", "r"))
            .shell(
                "mknod /tmp/fuse c 10 229; true < /tmp/fuse && echo read;"
                    + " { true > /tmp/fuse; } 2>/dev/null || echo not written");

    assertEquals(List.of("read", "not written"), box.run(bundle).exits(0).lines());
  }

  @Test
  void aLaterRuleWins() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/resources/devices",
                List.of(
                    Map.of("allow", true, "access", "rwm"),
                    Map.of("allow", false, "type", "c", "major", 10, "minor", 229, "access", "w")))
            .writable()
            .capabilities("CAP_MKNOD")
            .shell(
                "mknod /tmp/fuse c 10 229; mknod /tmp/loop b 7 0; true < /tmp/loop && echo loop;"
                    + " true < /tmp/fuse && echo read;"
                    + " { true > /tmp/fuse; } 2>/dev/null || echo not written");

    assertEquals(List.of("loop", "read", "not written"), box.run(bundle).exits(0).lines());
  }

  @Test
  void deniedMakingOfNodes() {
    Bundle bundle =
        box.bundle()
            .with(
                "/linux/resources/devices",
                List.of(
                    Map.of("allow", true, "access", "rwm"),
                    Map.of("allow", false, "type", "c", "major", 10, "minor", 229, "access", "m")))
            .writable()
            .capabilities("CAP_MKNOD")
            .shell("mknod /tmp/fuse c 10 229 2>/dev/null || echo not made; mknod /tmp/null c 1 3");

    assertEquals("not made", box.run(bundle).exits(0).text());
  }

  @Test
  void aBoundDevSurvives() {
    // The caller gives the whole /dev: nothing is made or linked in it.
    HostFiles.write(box.folder().resolve("dev/only"), "mine\n");
    box.host("mknod", box.folder() + "/dev/null", "c", "1", "3");
    Bundle bundle =
        box.bundle()
            .withoutMount("/dev")
            .withoutMount("/dev/pts")
            .withoutMount("/dev/shm")
            .withoutMount("/dev/mqueue")
            .mount("/dev", "bind", box.folder().resolve("dev").toString(), "rbind")
            .args("ls", "/dev");

    assertEquals(List.of("null", "only"), box.run(bundle).exits(0).lines());
    assertEquals(2, HostFiles.list(box.folder().resolve("dev")).size());
  }

  @Test
  void aFileThatIsAnotherIsAnError() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "the Debian peers leave what is there");
    Map<String, Object> device =
        Map.of("path", "/mnt/x", "type", "c", "major", 1, "minor", 5, "fileMode", 438);
    Bundle bundle =
        box.bundle().writable().file("/mnt/x", "").with("/linux/devices", List.of(device));

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(
        result.error().contains("linux.devices[0]: \"/mnt/x\" exists and is another file"),
        result::toString);
    box.assertNothingLeft();
  }

  @Test
  void aFileThatIsTheDeviceIsNoError() {
    Map<String, Object> device =
        Map.of("path", "/mnt/x", "type", "c", "major", 1, "minor", 5, "fileMode", 438);
    Bundle bundle = box.bundle().writable().with("/linux/devices", List.of(device));

    box.run(bundle).succeeds();

    box.host("test", "-c", bundle.rootfs() + "/mnt/x");
    box.run(bundle).succeeds();
  }
}
