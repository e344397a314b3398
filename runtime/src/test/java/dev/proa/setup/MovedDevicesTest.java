package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Errno;
import dev.proa.kernel.Fd;
import dev.proa.kernel.NetlinkCalls;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A kernel whose netlink acknowledges each request, or refuses those about one interface. */
class MovedDevicesTest {
  private static final int ERROR = 2;

  private final List<String> requests = new ArrayList<>();
  private byte[] request;

  private RecordingKernel kernel(int refused) {
    return new RecordingKernel()
        .on(
            Sysno.SENDTO,
            call -> {
              request = ((Arg.Memory) call.args().get(1)).bytes();
              requests.add(text(call));
              return request.length;
            })
        .on(
            Sysno.RECVFROM,
            call -> {
              boolean no = Bytes.getInt(request, 20) == refused;
              byte[] answer = ((Arg.Memory) call.args().get(1)).bytes();
              Bytes.putInt(answer, 0, 20);
              Bytes.putShort(answer, 4, ERROR);
              Bytes.putInt(answer, 8, Bytes.getInt(request, 8));
              Bytes.putInt(answer, 16, no ? -Errno.EEXIST.value() : 0);
              return 20;
            });
  }

  private static String text(Call call) {
    String line = call.toString();
    return line.substring(line.indexOf('(') + 1, line.indexOf('}') + 1);
  }

  private static MovedDevices two(RecordingKernel kernel) {
    MovedDevices moved =
        new MovedDevices(
            new NetlinkCalls(kernel),
            new Fd(kernel, 7, "own"),
            new Fd(kernel, 8, "outside"),
            new Fd(kernel, 9, "inside"));
    byte[] ip = {10, 0, 0, 1};
    NetlinkCalls.Address address = new NetlinkCalls.Address(2, 24, 0, "a:1", List.of(ip, ip));
    moved.add(new NetlinkCalls.Link(3, "a", true), List.of(address), 5);
    moved.add(new NetlinkCalls.Link(4, "b", false), List.of(), 6);
    return moved;
  }

  @Test
  void theyComeBackAsTheyWere() {
    try (MovedDevices moved = two(kernel(-1))) {
      assertNull(moved.takeBack());

      assertEquals(6, requests.size(), requests::toString);
      assertTrue(requests.get(0).contains("ifi_index=6, IFLA_NET_NS_FD=7<own>, IFLA_IFNAME=\"b\""));
      assertTrue(requests.get(2).contains("ifi_index=5, IFLA_NET_NS_FD=7<own>, IFLA_IFNAME=\"a\""));
      assertTrue(requests.get(4).startsWith("8<outside>, {RTM_NEWADDR"), requests::toString);
      assertTrue(requests.get(4).contains("IFA_LABEL=\"a:1\""), requests::toString);
      assertTrue(requests.get(5).startsWith("8<outside>, {RTM_NEWLINK"), requests::toString);
      assertTrue(requests.get(5).contains("ifi_flags=IFF_UP"), requests::toString);

      requests.clear();
      assertNull(moved.takeBack());
      assertEquals(List.of(), requests, "once");
    }
  }

  @Test
  void oneThatDoesNotComeBackIsNamedAndTheOthersCome() {
    try (MovedDevices moved = two(kernel(6))) {
      String left = moved.takeBack();

      assertTrue(left.startsWith("b is not as it was: ") && left.endsWith("file exists"), left);
      assertTrue(requests.getLast().contains("IFF_UP"), requests::toString);
    }
  }
}
