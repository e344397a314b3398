package dev.proa.setup;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Sysno;
import java.nio.charset.StandardCharsets;

/** Brings the loopback device of a new network namespace up, as every runtime does. */
public final class Loopback implements Step {
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
  private static final int SIOCSIFFLAGS = 0x8914;
  private static final int IFF_UP = 1;
  private static final int IFF_RUNNING = 0x40;

  @Override
  public String section() {
    return "linux.namespaces: network";
  }

  @Override
  public void apply(Inside inside) {
    int number =
        (int)
            inside
                .kernel()
                .must(
                    Call.of(
                        Sysno.SOCKET,
                        Arg.named(AF_INET, "AF_INET"),
                        Arg.named(SOCK_DGRAM_CLOEXEC, "SOCK_DGRAM|SOCK_CLOEXEC"),
                        Arg.of(0)));
    try (Fd socket = new Fd(inside.kernel(), number, "socket")) {
      // struct ifreq: name (16 bytes), then the union, whose first short is ifr_flags
      byte[] request = new byte[40];
      byte[] name = "lo".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(name, 0, request, 0, name.length);
      Bytes.putShort(request, 16, IFF_UP | IFF_RUNNING);
      inside
          .kernel()
          .must(
              Call.of(
                  Sysno.IOCTL,
                  socket.arg(),
                  Arg.named(SIOCSIFFLAGS, "SIOCSIFFLAGS"),
                  Arg.struct(request, "{ifr_name=\"lo\", ifr_flags=IFF_UP|IFF_RUNNING}")));
    }
  }
}
