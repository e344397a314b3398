package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What CRIU dumps and restores on request only, by criu(8): each flag's effect. That all flags
 * reach CRIU is {@link CriuRequestIT}'s.
 */
class CheckpointFlagsIT {
  @RegisterExtension final Sandbox box = new Sandbox();
  private final Checkpoints points = new Checkpoints(box);

  /** A container whose program holds these parts of {@code checkpoint/holder.py}. */
  private Bundle holding(String... parts) {
    List<String> args = new ArrayList<>(List.of("/usr/bin/python3", "-BSE", "/holder.py"));
    args.addAll(List.of(parts));
    Bundle bundle =
        box.bundle()
            .writable()
            .mount("/usr", "bind", "/usr", "rbind", "ro")
            .file("/holder.py", holder())
            .args(args.toArray(String[]::new));
    HostFiles.link(bundle.rootfs().resolve("lib"), "usr/lib");
    HostFiles.link(bundle.rootfs().resolve("lib64"), "usr/lib64");
    return bundle;
  }

  private static String holder() {
    try (InputStream in = CheckpointFlagsIT.class.getResourceAsStream("/checkpoint/holder.py")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String[] words(List<String> flags, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(1, flags);
    return all.toArray(String[]::new);
  }

  /** The dump fails, for the reason that its log gives, and the container goes on. */
  private void cannotBeDumped(String id, List<String> flags, String reason) {
    String images = points.folder("failed-" + reason.replace(' ', '-'));
    points.quietly(words(flags, "checkpoint", "--image-path", images, id)).exits(1);
    String log = HostFiles.read(images + "/dump.log");
    assertTrue(log.contains(reason), () -> "no '" + reason + "' in " + errors(log));
    assertEquals("running", points.status(id));
  }

  private static List<String> errors(String log) {
    return log.lines().filter(line -> line.contains("Error")).toList();
  }

  private void checkpoint(String id, String... flags) {
    String images = points.folder("images");
    int exit =
        points.quietly(words(List.of(flags), "checkpoint", "--image-path", images, id)).exit();
    assertEquals(0, exit, () -> errors(HostFiles.read(images + "/dump.log")).toString());
  }

  private void restore(Bundle bundle, String... flags) {
    String images = points.folder("images");
    int exit = points.restore(images, bundle, bundle.name(), flags).exit();
    assertEquals(0, exit, () -> errors(HostFiles.read(images + "/restore.log")).toString());
    points.countsOn(bundle, points.count(bundle));
  }

  private boolean isLocked(Bundle bundle) {
    return box.begin("flock", "-n", bundle.rootfs() + "/tmp/lock", "true").await().exit() == 1;
  }

  private int datagrams(Path file) {
    return HostFiles.readOrEmpty(file).lines().toList().size();
  }

  /** Flags that came after runc 1.1. */
  private void needNewFlags() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "runc 1.1 does not have the flag");
  }

  /**
   * A lock, a file that has lost the name it was opened by, a connection: one container has them
   * all, and cannot be dumped without the flag for each. runc 1.1 has no {@code --link-remap}, and
   * makes the restored network namespace without the content of the dumped one.
   */
  @Test
  void whatIsDumpedOnRequest() {
    points.needCriu();
    Map<String, String> reasons = new HashMap<>();
    reasons.put("--file-locks", "try --file-locks");
    reasons.put("--tcp-established", "using --tcp-established");
    Bundle bundle = holding("lock", "connection");
    String told = " through";
    if (box.kind() != RuntimeKind.RUNC) {
      reasons.put("--link-remap", "Use link-remap");
      bundle.with("/process/args/-", "removed");
      told = " kept through";
    }
    String id = points.running(bundle);

    reasons.forEach(
        (flag, reason) -> {
          List<String> others = new ArrayList<>(reasons.keySet());
          others.remove(flag);
          cannotBeDumped(id, others, reason);
        });
    checkpoint(id, reasons.keySet().toArray(String[]::new));
    assertFalse(isLocked(bundle));
    if (box.kind() == RuntimeKind.RUNC) {
      return; // the loopback interface is down: the connection has no way
    }

    restore(bundle, "--file-locks", "--tcp-established");
    assertTrue(isLocked(bundle));
    assertEquals(told, points.told(bundle).replaceFirst("^[0-9]+", ""));
  }

  /** CRIU knows the peer by its path, the same for both, and has to have its network namespace. */
  @Test
  void aSocketOfTheHosts() {
    points.needCriu();
    Path outside = HostFiles.folder(box.folder().resolve("outside"));
    Path arrived = box.folder().resolve("arrived");
    box.begin("socat", "-u", "UNIX-RECV:" + outside + "/socket", "CREATE:" + arrived);
    Poll.until("listening", () -> Files.exists(outside.resolve("socket")));
    Bundle bundle =
        holding("outside", outside.toString())
            .withoutNamespace("network")
            .mount(outside.toString(), "bind", outside.toString(), "bind");
    String id = points.running(bundle);

    cannotBeDumped(id, List.of(), "using --ext-unix-sk");
    checkpoint(id, "--ext-unix-sk");

    int before = datagrams(arrived);
    restore(bundle, "--ext-unix-sk");
    Poll.until("its socket leads to the host", () -> datagrams(arrived) > before);
  }

  @Test
  void aConnectionIsRestoredClosed() {
    points.needCriu();
    needNewFlags();
    Bundle bundle = holding("connection");
    String id = points.running(bundle);
    checkpoint(id, "--tcp-established");

    restore(bundle, "--tcp-close");

    Poll.until("closed", () -> points.told(bundle).endsWith(" closed"));
  }

  /**
   * What keeps packets from a connection until its other end is there again. The images say which:
   * the last of criu's images/inventory.proto, field 11, network_lock_method. Not restored: CRIU
   * 3.17 dumps its own table of nftables rules with the container's, and they go on dropping all
   * packets.
   */
  @Test
  void theNetworkIsLockedWithNftables() throws IOException {
    points.needCriu();
    needNewFlags();
    Path inventory = Path.of(points.folder("images"), "inventory.img");
    String id = points.running(holding("connection"));

    checkpoint(id, "--leave-running", "--tcp-established");
    assertEquals("5800", lastField(inventory));
    checkpoint(id, "--tcp-established", "--network-lock", "nftables");
    assertEquals("5801", lastField(inventory));
  }

  private static String lastField(Path image) throws IOException {
    byte[] bytes = Files.readAllBytes(image);
    return HexFormat.of().formatHex(bytes, bytes.length - 2, bytes.length);
  }

  /** A connection that waits to be accepted. */
  @Test
  void aConnectionInFlightIsLeftOut() {
    points.needCriu();
    needNewFlags();
    Bundle bundle = holding("backlog");
    String id = points.running(bundle);

    cannotBeDumped(id, List.of(), "In-flight connection");
    checkpoint(id, "--tcp-skip-in-flight");

    restore(bundle);
  }

  /** Interfaces are somebody else's to make again: engines' network plugins. */
  @Test
  void aNetworkNamespaceWithoutItsContent() {
    points.needCriu();
    Bundle bundle = points.counting();
    String id = points.running(bundle);
    String init = box.runtime().stateOf(id).path("pid").asText();
    box.host("nsenter", "-t", init, "-n", "ip", "link", "add", "dummy7", "type", "dummy");

    checkpoint(id, "--empty-ns", "network");

    restore(bundle, "--empty-ns", "network");
    String pid = box.runtime().stateOf(id).path("pid").asText();
    String links = box.host("nsenter", "-t", pid, "-n", "ip", "-o", "link");
    assertFalse(links.contains("dummy7"), links);
    assertNotEquals(
        HostFiles.target("/proc/self/ns/net"), HostFiles.target("/proc/" + pid + "/ns/net"));
  }

  /**
   * The container's cgroup is there before CRIU restores: {@code full} writes the dumped values
   * into it, {@code soft} does not, {@code strict} refuses. Of cgroup v2 CRIU 3.17 knows no value
   * but its members. runc 1.1 restores with {@code soft} always.
   */
  @Test
  void howCgroupsAreRestored() {
    points.needCriu();
    needNewFlags();
    Bundle bundle = points.counting();
    String id = points.running(bundle);
    checkpoint(id, "--manage-cgroups-mode", "full");
    String skipped = "cg: Skip restoring properties on cgroup dir";
    String written = "cg: Restoring cgroup property value";

    restore(bundle, "--manage-cgroups-mode", "full");
    String full = HostFiles.read(points.folder("images") + "/restore.log");
    box.runtime().deleteForce(id).exits(0);
    restore(bundle, "--manage-cgroups-mode", "soft");
    String soft = HostFiles.read(points.folder("images") + "/restore.log");

    box.runtime().deleteForce(id).exits(0);
    String images = points.folder("images");
    points.restore(images, bundle, id, "--manage-cgroups-mode", "strict").exits(1);
    String strict = HostFiles.read(images + "/restore.log");

    assertTrue(full.contains(written) && !full.contains(skipped), full);
    assertTrue(soft.contains(skipped) && !soft.contains(written), soft);
    assertTrue(
        strict.contains("Abort restore of existing cgroups"), () -> errors(strict).toString());
    box.assertNothingLeft();
  }

  /** The test machine's profile at first, and another by the time of the restore. */
  @Test
  void anotherAppArmorProfile() {
    points.needCriu();
    Path loaded = Path.of("/sys/kernel/security/apparmor/profiles");
    assumeTrue(
        HostFiles.readOrEmpty(loaded).contains("oci-test (enforce)"),
        "the profile oci-test is not loaded");
    Bundle bundle = points.counting().with("/process/apparmorProfile", "oci-test");
    String id = points.running(bundle);
    checkpoint(id);
    String other = box.name();
    Path file = box.folder().resolve("profile");
    HostFiles.write(file, "profile " + other + " flags=(attach_disconnected) { file, signal, }\n");
    box.host("apparmor_parser", "--replace", "--skip-cache", file.toString());
    try {
      restore(bundle, "--lsm-profile", "apparmor:" + other);
      String pid = box.runtime().stateOf(id).path("pid").asText();
      assertEquals(other + " (enforce)", HostFiles.read("/proc/" + pid + "/attr/current").strip());
      box.runtime().deleteForce(id).exits(0);
    } finally {
      box.host("apparmor_parser", "--remove", file.toString());
    }
  }
}
