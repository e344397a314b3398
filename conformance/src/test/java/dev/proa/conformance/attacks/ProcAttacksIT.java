package dev.proa.conformance.attacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.Bundle;
import dev.proa.conformance.Container;
import dev.proa.conformance.Sandbox;
import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.DescriptorSocket;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that put something else where the runtime looks for /proc, /dev/null or a terminal. */
class ProcAttacksIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  /**
   * A bundle that makes nothing in /dev but what the runtime makes by itself in the image's own.
   */
  private Bundle withTheImagesDev() {
    Bundle bundle = box.bundle().writable().without("/linux/readonlyPaths");
    for (String mount : List.of("/dev/mqueue", "/dev/shm", "/dev/pts", "/dev")) {
      bundle.withoutMount(mount);
    }
    return bundle;
  }

  private Bundle payload(Bundle bundle) {
    return bundle.file("/payload", "payload\n");
  }

  /**
   * CVE-2019-19921, CVE-2023-27561, CVE-2023-28642, CVE-2025-54867: with /proc mounted elsewhere,
   * the image's own files stand in for it, and masks and labels go to them.
   */
  @ParameterizedTest
  @ValueSource(strings = {"proc", "sys"})
  void procOrSysIsALink(String name) {
    Bundle bundle = box.bundle().directory("/evil").sleeping();
    HostFiles.deleteTree(bundle.rootfs().resolve(name));
    HostFiles.link(bundle.rootfs().resolve(name), "/evil");

    Result result = box.tryCreate(bundle).exits(1);

    String error = result.error();
    assertTrue(
        error.contains("ordinary directory") || error.contains("Not a directory"),
        result::toString);
    box.assertNothingLeft();
  }

  /** CVE-2019-16884: a mount of the image's on a file of /proc, by a link in the image. */
  @ParameterizedTest
  @ValueSource(strings = {"/proc/self/attr", "/proc/sys/kernel", "/proc"})
  void aMountLedIntoProcByALink(String target) {
    Holes.known(box, RuntimeKind.RUNC, "checks the target's name only");
    Holes.known(box, RuntimeKind.CRUN, "takes any target in /proc (CVE-2019-16884)");
    Bundle bundle = box.bundle().mount("/alias", "tmpfs", "tmpfs").sleeping();
    HostFiles.link(bundle.rootfs().resolve("alias"), target);

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(result.error().contains("/proc"), result::toString);
    box.assertNothingLeft();
  }

  /** CVE-2019-16884: the same by its name. */
  @ParameterizedTest
  @ValueSource(strings = {"/proc", "/proc/self/attr/exec", "/./proc/../proc/sys"})
  void aMountOnProcByName(String target) {
    Holes.known(box, RuntimeKind.RUNC, "checks the name before it is cleaned");
    Holes.known(box, RuntimeKind.CRUN, "takes any target in /proc (CVE-2019-16884)");
    Bundle bundle = box.bundle().withoutMount("/proc").mount(target, "tmpfs", "tmpfs").sleeping();

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(result.error().contains("cannot be mounted because it is"), result::toString);
    box.assertNothingLeft();
  }

  /** CVE-2019-16884: something of the image's is bound on /proc itself. */
  @Test
  void aFolderBoundOnProc() {
    Holes.known(box, RuntimeKind.CRUN, "takes any target in /proc (CVE-2019-16884)");
    Path fake = HostFiles.folder(box.folder().resolve("fake/self/attr")).getParent().getParent();
    Bundle bundle = box.bundle().mount("/proc", "bind", fake.toString(), "bind").sleeping();

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(result.error().contains("not of type proc"), result::toString);
    box.assertNothingLeft();
  }

  /**
   * CVE-2025-52881, CVE-2025-62596: a kernel parameter written by its path lands where the image
   * wants it. Here /proc is the image's own, with a link for the parameter.
   */
  @Test
  void aParameterIsWrittenToAFileOfTheImages() {
    Holes.known(box, RuntimeKind.RUNC, "CVE-2025-52881, closed in 1.2.8");
    Bundle bundle =
        payload(box.bundle())
            .writable()
            .withoutMount("/proc")
            .without("/linux/maskedPaths")
            .without("/linux/readonlyPaths")
            .with("/linux/sysctl", Map.of("kernel.msgmax", "4242"))
            .directory("/proc/sys/kernel")
            .sleeping();
    HostFiles.link(bundle.rootfs().resolve("proc/sys/kernel/msgmax"), "/payload");

    Result result = box.tryCreate(bundle);

    assertEquals("payload\n", HostFiles.read(bundle.rootfs().resolve("payload")));
    if (result.exit() == 0) {
      int pid = box.runtime().stateOf(bundle.name()).path("pid").asInt();
      String ipc = "--ipc=/proc/" + pid + "/ns/ipc";
      assertEquals("4242", box.host("nsenter", ipc, "cat", "/proc/sys/kernel/msgmax"));
    }
  }

  /**
   * CVE-2025-31133, CVE-2025-62161: masking binds what the image's /dev/null leads to, writable,
   * over a file of the image's choice.
   */
  @Test
  void nullIsALink() {
    Bundle bundle =
        payload(withTheImagesDev())
            .file("/etc/secret", "secret\n")
            .with("/linux/maskedPaths", List.of("/etc/secret"))
            .args("cat", "/etc/secret");
    HostFiles.link(bundle.rootfs().resolve("dev/null"), "/payload");

    Result result = box.run(bundle);

    assertEquals("", result.stdout(), result::toString);
  }

  /** The same with something else that is there already in place of a link. */
  @Test
  void nullIsAFile() {
    Bundle bundle =
        withTheImagesDev()
            .file("/dev/null", "payload\n")
            .file("/etc/secret", "secret\n")
            .with("/linux/maskedPaths", List.of("/etc/secret"))
            .args("cat", "/etc/secret");

    Result result = box.run(bundle);

    assertEquals("", result.stdout(), result::toString);
  }

  /** CVE-2025-31133 as a race: /dev is a volume in which another container exchanges null. */
  @Test
  void nullIsExchangedForALink() {
    Holes.known(box, RuntimeKind.RUNC, "CVE-2025-31133, closed in 1.2.8");
    Path volume = HostFiles.folder(box.folder().resolve("volume"));
    HostFiles.folder(volume.resolve("pts"));
    box.host("mknod", volume.resolve("null").toString(), "c", "1", "3");
    HostFiles.link(volume.resolve("link"), "/payload");
    new Attacker(box).swapping(volume, "null", "link");
    for (int i = 0; i < 60; i++) {
      Bundle bundle =
          payload(withTheImagesDev())
              .mount("/dev", "bind", volume.toString(), "rbind")
              .file("/etc/secret", "secret\n")
              .with("/linux/maskedPaths", List.of("/etc/secret"))
              .args("cat", "/etc/secret");

      Result result = box.run(bundle);

      assertEquals("", result.stdout(), result::toString);
      HostFiles.deleteTree(bundle.folder());
    }
  }

  /** Creates it with a terminal; the check is made while the terminal's master is still held. */
  private void createWithTerminal(Bundle bundle, Consumer<Result> check) {
    bundle.with("/process/terminal", true);
    try (DescriptorSocket socket = DescriptorSocket.listen(box.folder().resolve("console"))) {
      CreateOptions options = CreateOptions.bundle(bundle.write()).withConsoleSocket(socket.path());
      check.accept(box.runtime().create(box.owns(bundle.name(), box.runtime()), options));
    }
  }

  /** CVE-2025-52565: the terminal is mounted where the image's /dev/console leads. */
  @Test
  void consoleIsALink() {
    Holes.known(box, RuntimeKind.RUNC, "CVE-2025-52565, closed in 1.2.8");
    Holes.known(box, RuntimeKind.CRUN, "as runc's CVE-2025-52565");
    Bundle bundle =
        payload(withTheImagesDev()).mount("/dev/pts", "devpts", "devpts", "newinstance").sleeping();
    HostFiles.link(bundle.rootfs().resolve("dev/console"), "/payload");

    createWithTerminal(
        bundle,
        result -> {
          if (result.exit() == 0) {
            int pid = box.runtime().stateOf(bundle.name()).path("pid").asInt();
            List<String> points =
                MountPoint.of(Integer.toString(pid)).stream().map(MountPoint::point).toList();
            assertFalse(points.contains("/payload"), points::toString);
          }
        });

    assertEquals("payload\n", HostFiles.read(bundle.rootfs().resolve("payload")));
  }

  /** CVE-2025-52565: what is opened as the container's ptmx is a node of the image's. */
  @Test
  void ptmxIsANodeOfTheImages() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "the peers open /dev/ptmx, whatever it is");
    Bundle bundle =
        withTheImagesDev()
            .directory("/dev/pts/pts")
            .mount("/dev/pts/pts", "devpts", "devpts", "newinstance", "ptmxmode=0666")
            .sleeping();
    // Opened, it makes a terminal of the devpts beside it: another than the one at /dev/pts.
    box.host("mknod", bundle.rootfs().resolve("dev/pts/ptmx").toString(), "c", "5", "2");

    createWithTerminal(
        bundle,
        result -> {
          assertNotEquals(0, result.exit(), result::toString);
          assertTrue(result.error().contains("is not the ptmx of a devpts"), result::toString);
        });
  }

  /** Masks and read-only paths by links of the image: the target is covered, not the link. */
  @Test
  void aMaskedPathIsALink() {
    Bundle bundle =
        box.bundle()
            .file("/etc/secret", "secret\n")
            .with("/linux/maskedPaths", List.of("/link"))
            .args("cat", "/etc/secret");
    HostFiles.link(bundle.rootfs().resolve("link"), "/etc/secret");
    Container container = box.create(bundle);

    assertEquals("", container.output());
  }
}
