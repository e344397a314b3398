package dev.proa.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final String INITIAL = "         0          0 4294967295\n";

  @Test
  void whoseSystemd() {
    assertEquals(new Session(false, 0), Session.of(0, INITIAL));
    assertEquals(new Session(true, 1000), Session.of(1000, INITIAL));
  }

  /** Podman's: the user is root inside. */
  @Test
  void rootOfAUserNamespaceIsTheUserOutside() {
    String map = "         0       1000          1\n         1     100000      65536\n";
    assertEquals(new Session(true, 1000), Session.of(0, map));
    assertEquals(new Session(true, 100004), Session.of(5, map));
  }

  @Test
  void addresses() {
    assertEquals(
        List.of(
            new BusAddress("/run/user/1000/systemd/private", false),
            new BusAddress("/run/user/1000/bus", true)),
        BusAddress.user("/run/user/1000", null));
    assertEquals(
        List.of(new BusAddress("/tmp/my bus", true), new BusAddress("@/tmp/dbus-x", true)),
        BusAddress.user("", "tcp:host=x;unix:path=/tmp/my%20bus,guid=1;unix:abstract=/tmp/dbus-x"));
    assertEquals(List.of(), BusAddress.user(null, null));
  }
}
