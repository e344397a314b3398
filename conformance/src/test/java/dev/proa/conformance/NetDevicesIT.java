package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** config-linux.md, "Network Devices". */
class NetDevicesIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static final Path DEVICES = Path.of("/sys/class/net");

  private String device;
  private String peer;

  /** A pair of veth with names of this test's own: one end is moved, the other stays. */
  @BeforeEach
  void pair() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    String number = box.name().substring(box.name().lastIndexOf('-') + 1);
    device = "proad" + number;
    peer = "proap" + number;
    box.host("ip", "link", "add", device, "type", "veth", "peer", "name", peer);
  }

  @AfterEach
  void gone() {
    if (peer != null && Files.exists(DEVICES.resolve(peer))) {
      // Not box.host: it may go with its namespace at this very moment.
      box.begin("ip", "link", "del", peer).await();
    }
  }

  private Bundle moving(Map<String, Object> devices, String script) {
    return box.bundle().with("/linux/netDevices", devices).shell(script);
  }

  private static String field(String addr, String name) {
    List<String> words = List.of(addr.strip().split("\\s+"));
    return words.get(words.indexOf(name) + 1);
  }

  @Test
  void theDeviceIsInsideAndUp() {
    Container container =
        box.started(moving(Map.of(device, Map.of()), "ip link show " + device + "; sleep 1000"));
    Poll.until("the device", () -> container.stdout().contains(device));

    assertTrue(container.stdout().contains("UP"), container::stdout);
    assertFalse(Files.exists(DEVICES.resolve(device)));
    assertTrue(Files.exists(DEVICES.resolve(peer)));
  }

  @Test
  void itsPermanentGlobalAddressesGoWithIt() {
    box.host("ip", "link", "set", device, "up");
    box.host("ip", "addr", "add", "10.73.0.2/24", "brd", "10.73.0.255", "dev", device);
    box.host("ip", "addr", "add", "10.73.0.3/24", "dev", device, "label", device + ":a");
    box.host("ip", "addr", "add", "169.254.73.1/16", "scope", "link", "dev", device);
    box.host(
        "ip",
        "addr",
        "add",
        "10.74.0.1/24",
        "dev",
        device,
        "valid_lft",
        "600",
        "preferred_lft",
        "600");
    box.host("ip", "addr", "add", "fd73::2/64", "nodad", "dev", device);

    String show = box.output(moving(Map.of(device, Map.of("name", "in0")), "ip addr show dev in0"));

    assertTrue(show.contains("inet 10.73.0.2/24 brd 10.73.0.255 scope global in0"), show);
    assertTrue(show.contains("inet 10.73.0.3/24 scope global secondary in0:a"), show);
    assertTrue(show.contains("inet6 fd73::2/64 scope global"), show);
    assertFalse(show.contains("169.254.73.1"), show);
    assertFalse(show.contains("10.74.0.1"), show);
  }

  @Test
  void itsOtherAttributesStay() {
    box.host("ip", "link", "set", device, "address", "02:73:00:00:00:01", "mtu", "1400");

    String show = box.output(moving(Map.of(device, Map.of()), "ip link show " + device));

    assertEquals("1400", field(show, "mtu"));
    assertEquals("02:73:00:00:00:01", field(show, "link/ether"));
  }

  @Test
  void aTemplateGetsANumber() {
    String show =
        box.output(
            moving(
                Map.of(device, Map.of("name", "eth%d"), peer, Map.of("name", "eth%d")),
                "ls /sys/class/net"));

    assertTrue(show.contains("eth0") && show.contains("eth1"), show);
  }

  @Test
  void severalAreMoved() {
    box.host("ip", "addr", "add", "10.75.0.1/24", "dev", device);
    box.host("ip", "addr", "add", "10.75.0.2/24", "dev", peer);

    String show =
        box.output(
            moving(Map.of(device, Map.of("name", "a"), peer, Map.of("name", "b")), "ip addr"));

    assertTrue(show.contains("10.75.0.1/24 scope global a"), show);
    assertTrue(show.contains("10.75.0.2/24 scope global b"), show);
  }

  @Test
  void intoAUserNamespacesNetwork() {
    box.host("ip", "addr", "add", "10.76.0.1/24", "dev", device);

    String show =
        box.output(
            moving(Map.of(device, Map.of("name", "in0")), "ip addr show dev in0")
                .userNamespace(100_000, 65_536));

    assertTrue(show.contains("10.76.0.1/24"), show);
  }

  @Test
  void intoAJoinedNetwork() {
    Container first = box.started(box.bundle().sleeping());
    Bundle bundle =
        moving(Map.of(device, Map.of("name", "in0")), "ip link show in0")
            .namespace("network", "/proc/" + first.pid() + "/ns/net");

    assertTrue(box.output(bundle).contains("in0"));

    // The namespace lives on, and the device with it.
    assertTrue(HostFiles.read("/proc/" + first.pid() + "/net/dev").contains("in0:"));
  }

  @Test
  void theHooksFindItInside() {
    Bundle bundle =
        moving(Map.of(device, Map.of()), "true")
            .hook(
                "createRuntime",
                "pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); cat /proc/$pid/net/dev > "
                    + box.folder().resolve("dev"));

    box.run(bundle).succeeds();

    assertTrue(HostFiles.read(box.folder().resolve("dev")).contains(device + ":"));
  }

  @Test
  void aVirtualOneGoesWithItsNamespace() {
    box.run(moving(Map.of(device, Map.of()), "true")).succeeds();

    Poll.until("the end of the pair", () -> !Files.exists(DEVICES.resolve(peer)));
  }

  @Test
  void aNameThatIsTaken() {
    Container first =
        box.started(
            box.bundle()
                .capabilities("CAP_NET_ADMIN")
                .shell("ip link add taken type veth; exec sleep 1000"));
    Poll.until(
        "the other device",
        () -> HostFiles.read("/proc/" + first.pid() + "/net/dev").contains("taken:"));
    Bundle bundle =
        moving(Map.of(device, Map.of("name", "taken")), "true")
            .namespace("network", "/proc/" + first.pid() + "/ns/net");

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(
        result.error().contains("linux.netDevices." + device)
            && result.error().contains("the container has a network device of the name taken"),
        result::toString);
    assertTrue(Files.exists(DEVICES.resolve(device)), "it stays where it was");
  }

  /** The device is up and has an address and a label; both are there again after a failure. */
  private void assertComesBack(Bundle bundle) {
    box.host("ip", "link", "set", device, "up");
    box.host("ip", "addr", "add", "10.77.0.1/24", "dev", device, "label", device + ":a");

    box.tryCreate(bundle).exits(1);

    String show = box.host("ip", "addr", "show", "dev", device);
    assertTrue(show.contains("inet 10.77.0.1/24 scope global " + device + ":a"), show);
    assertTrue(show.contains(",UP"), show);
  }

  @Test
  void aFailedCreateGivesItBack() {
    assertComesBack(
        moving(Map.of(device, Map.of("name", "in0")), "true").hook("createRuntime", "exit 1"));
    box.assertNothingLeft();
  }

  @Test
  void aFailedCreateGivesItBackFromAJoinedNetwork() {
    Container first = box.started(box.bundle().sleeping());
    assertComesBack(
        moving(Map.of(device, Map.of("name", "in0")), "true")
            .namespace("network", "/proc/" + first.pid() + "/ns/net")
            .mount("/mnt", "no-such-file-system", "none"));

    assertFalse(HostFiles.read("/proc/" + first.pid() + "/net/dev").contains("in0:"));
  }

  @Test
  void theFirstComesBackIfTheSecondCannotBeMoved() {
    Map<String, Object> devices = new LinkedHashMap<>();
    devices.put(device, Map.of("name", "in0"));
    devices.put("lo", Map.of("name", "lo2"));
    assertComesBack(moving(devices, "true"));
  }

  @Test
  void aDeviceThatIsNotThere() {
    Result result = box.tryCreate(moving(Map.of("proa-none", Map.of()), "true")).exits(1);

    assertTrue(result.error().contains("no such network device"), result::toString);
    box.assertNothingLeft();
  }

  @Test
  void aDeviceThatCannotBeMoved() {
    Result result = box.tryCreate(moving(Map.of("lo", Map.of("name", "lo2")), "true")).exits(1);

    assertTrue(
        result.error().contains("linux.netDevices.lo: ")
            && result.error().contains("invalid argument"),
        result::toString);
    box.assertNothingLeft();
  }

  @Test
  void withoutANetworkNamespace() {
    Bundle bundle =
        moving(Map.of(device, Map.of()), "true").withoutNamespace("network").withoutMount("/sys");

    Result result = box.tryCreate(bundle).exits(1);

    assertTrue(
        result.error().contains("unable to move network devices without a private NET namespace"),
        result::toString);
  }
}
