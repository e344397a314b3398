package dev.proa.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.cgroup.CgroupException;
import dev.proa.kernel.Arg;
import dev.proa.kernel.Errno;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations with systemd 252, byte by byte. */
class SystemdTest {
  private static final List<BusAddress> SYSTEM = BusAddress.system();

  private static List<Property> properties(long pid) {
    return List.of(
        Property.of("Delegate", true),
        new Property("PIDs", Variant.of("au", List.of(pid))),
        Property.of("MemoryMax", 50_000_000L));
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 7, 1})
  void privateSocket(int piece) {
    Recorded recorded = new Recorded("private.txt", piece);

    try (Systemd systemd = Systemd.connect(recorded.kernel(), SYSTEM.subList(0, 1), 0)) {
      assertEquals("252.39-1~deb12u2", systemd.property("Version"));
      systemd.start("rec.scope", properties(183));
      systemd.stop("rec.scope");
    }

    recorded.assertOver();
  }

  @Test
  void messageBus() {
    Recorded recorded = new Recorded("bus.txt", 4096);

    try (Systemd systemd = Systemd.connect(recorded.kernel(), SYSTEM.subList(1, 2), 0)) {
      assertEquals("252.39-1~deb12u2", systemd.property("Version"));
      systemd.start("rec.scope", properties(185));
      systemd.stop("rec.scope");
    }

    recorded.assertOver();
  }

  @Test
  void givesUpOnSilence() {
    Recorded recorded = new Recorded("private.txt", 4096);
    recorded.keep(3);

    try (Systemd systemd = Systemd.connect(recorded.kernel(), SYSTEM.subList(0, 1), 0)) {
      assertEquals(
          "no answer from systemd in 30 s",
          assertThrows(CgroupException.class, () -> systemd.property("Version")).getMessage());
    }
  }

  @Test
  void nobodyThere() {
    RecordingKernel kernel = new RecordingKernel().fail(Sysno.CONNECT, Errno.ENOENT);

    assertEquals(
        "cannot connect to systemd: /run/systemd/private: no such file or directory;"
            + " /run/dbus/system_bus_socket: no such file or directory",
        assertThrows(Systemd.Unreachable.class, () -> Systemd.connect(kernel, SYSTEM, 0))
            .getMessage());
    assertEquals(
        "cannot find the user's systemd: neither XDG_RUNTIME_DIR nor DBUS_SESSION_BUS_ADDRESS is"
            + " set",
        assertThrows(Systemd.Unreachable.class, () -> Systemd.connect(kernel, List.of(), 0))
            .getMessage());
  }

  @Test
  void refusedAndClosed() {
    RecordingKernel kernel = answering("REJECTED EXTERNAL\r\n");
    assertEquals(
        "cannot connect to systemd: /x: authentication as uid 5 failed: REJECTED EXTERNAL",
        refusal(kernel));
    assertEquals(
        "cannot connect to systemd: /x: systemd closed the connection", refusal(answering("")));
    assertEquals(
        "cannot connect to systemd: /x: systemd's answer to Hello: no message of D-Bus version 1",
        refusal(answering("OK 1\r\nHTTP/1.1 400 Bad Request\r\n")));
  }

  private static String refusal(RecordingKernel kernel) {
    List<BusAddress> address = List.of(new BusAddress("/x", true));
    return assertThrows(Systemd.Unreachable.class, () -> Systemd.connect(kernel, address, 5))
        .getMessage();
  }

  private static RecordingKernel answering(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return new RecordingKernel()
        .on(Sysno.PPOLL, call -> 1)
        .on(Sysno.SENDTO, call -> ((Arg.Memory) call.args().get(1)).bytes().length)
        .on(
            Sysno.RECVFROM,
            call -> {
              System.arraycopy(
                  bytes, 0, ((Arg.Memory) call.args().get(1)).bytes(), 0, bytes.length);
              return bytes.length;
            });
  }

  @ParameterizedTest
  @CsvSource({"252.39-1~deb12u2, 252", "v245.4-1.fc32, 245", "257, 257", "x, 0"})
  void versions(String text, int version) {
    assertEquals(version, Systemd.version(text));
  }
}
