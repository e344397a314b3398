package dev.proa.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests to a recording kernel as bytes; answers as bytes; and what any user may ask Linux. */
class NetlinkCallsTest {
  private final RecordingKernel kernel = new RecordingKernel();
  private final NetlinkCalls netlink = new NetlinkCalls(kernel);
  private final Deque<byte[]> answers = new ArrayDeque<>();

  private Fd socket() {
    kernel.on(
        Sysno.RECVFROM,
        call -> {
          byte[] answer = answers.removeFirst();
          byte[] buffer = ((Arg.Memory) call.args().get(1)).bytes();
          System.arraycopy(answer, 0, buffer, 0, Math.min(answer.length, buffer.length));
          return answer.length;
        });
    return netlink.socket();
  }

  /** An answer: length, type, flags, sequence, pid, body. */
  private static byte[] answer(int type, int flags, int sequence, int... words) {
    byte[] bytes = new byte[16 + 4 * words.length];
    Bytes.putInt(bytes, 0, bytes.length);
    Bytes.putShort(bytes, 4, type);
    Bytes.putShort(bytes, 6, flags);
    Bytes.putInt(bytes, 8, sequence);
    for (int i = 0; i < words.length; i++) {
      Bytes.putInt(bytes, 16 + 4 * i, words[i]);
    }
    return bytes;
  }

  private static byte[] sent(Call call) {
    return ((Arg.Memory) call.args().get(1)).bytes();
  }

  @Test
  void movesAndNamesInOneRequest() {
    answers.add(answer(2, 0, 1, 0));
    try (Fd socket = socket();
        Fd namespace = new Fd(kernel, 7, "/proc/5/ns/net")) {
      netlink.move(socket, 3, namespace, "eth1");
    }
    assertEquals(
        List.of(
            "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE)",
            "sendto(10<netlink>, {RTM_NEWLINK, ifi_index=3, IFLA_NET_NS_FD=7</proc/5/ns/net>, "
                + "IFLA_IFNAME=\"eth1\"}, 52, 0)",
            "recvfrom(10<netlink>, [32768 bytes], 32768, MSG_TRUNC)"),
        kernel.lines());
    byte[] request = sent(kernel.calls().get(1));
    assertEquals(52, Bytes.getInt(request, 0));
    assertEquals(16, Bytes.getShort(request, 4), "RTM_NEWLINK");
    assertEquals(5, Bytes.getShort(request, 6), "NLM_F_REQUEST|NLM_F_ACK");
    assertEquals(3, Bytes.getInt(request, 20), "ifi_index");
    assertEquals(8, Bytes.getShort(request, 32));
    assertEquals(28, Bytes.getShort(request, 34), "IFLA_NET_NS_FD");
    assertEquals(7, Bytes.getInt(request, 36));
    assertEquals(9, Bytes.getShort(request, 40), "with its NUL");
    assertEquals(3, Bytes.getShort(request, 42), "IFLA_IFNAME");
  }

  @Test
  void anErrorIsTheRequestsOwn() {
    answers.add(answer(2, 0, 1, -17));
    try (Fd socket = socket()) {
      KernelException e = assertThrows(KernelException.class, () -> netlink.up(socket, 4));
      assertEquals(
          "sendto(10<netlink>, {RTM_NEWLINK, ifi_index=4, ifi_flags=IFF_UP, ifi_change=IFF_UP}, "
              + "32, 0): file exists",
          e.getMessage());
    }
  }

  @Test
  void aStrangersAnswerIsPassedOver() {
    answers.add(answer(2, 0, 77, -1));
    answers.add(answer(2, 0, 1, 0));
    try (Fd socket = socket()) {
      netlink.up(socket, 4);
    }
    assertTrue(answers.isEmpty());
  }

  @Test
  void aDumpThatChangedMeanwhileIsMadeAgain() {
    int newLink = 16;
    int interrupted = 0x10;
    // struct ifinfomsg with index 9, then IFLA_IFNAME "lo" (length 7, padded to 8)
    int[] lo = {0, 9, 1, 0, 3 << 16 | 7, 'l' | 'o' << 8};
    answers.add(answer(newLink, interrupted, 1, lo));
    answers.add(answer(3, 0, 1, 0));
    answers.add(answer(newLink, 0, 2, lo));
    answers.add(answer(3, 0, 2, 0));
    try (Fd socket = socket()) {
      assertEquals(List.of(new NetlinkCalls.Link(9, "lo", true)), netlink.links(socket));
    }
  }

  @Test
  void lengthsThatLieAreRefused() {
    byte[] answer = answer(16, 0, 1, 0, 0, 0, 0);
    Bytes.putInt(answer, 0, 4000);
    answers.add(answer);
    try (Fd socket = socket()) {
      assertThrows(KernelException.class, () -> netlink.links(socket));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new NetlinkMessage(16, "RTM_NEWLINK", 0, 1, 16).attribute(3, "X", "x".repeat(65535)));
  }

  @Test
  void asksLinux() {
    NetlinkCalls real = new NetlinkCalls(new LinuxKernel());
    try (Fd socket = real.socket()) {
      NetlinkCalls.Link lo = real.link(socket, "lo");
      assertEquals("lo", lo.name());
      assertTrue(real.links(socket).contains(lo));
      assertNull(real.link(socket, "proa-not-there"));
    }
  }
}
