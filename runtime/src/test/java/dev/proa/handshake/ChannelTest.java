package dev.proa.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.LinuxKernel;
import org.junit.jupiter.api.Test;

class ChannelTest {
  private final Channel.Pair pair = Channel.pair(new LinuxKernel());

  @Test
  void carriesMessagesWithTheirPayload() {
    pair.runtime().send(Message.Type.GO, "42");
    pair.init().send(Message.Type.READY);
    assertEquals("42", pair.init().expect(Message.Type.GO));
    assertEquals("", pair.runtime().expect(Message.Type.READY));
  }

  @Test
  void theOtherSidesErrorIsThrownWithItsText() {
    pair.init().fail("mounts[0]: no");
    var e = assertThrows(Channel.PeerFailed.class, () -> pair.runtime().expect(Message.Type.READY));
    assertEquals("mounts[0]: no", e.getMessage());
  }

  @Test
  void theOtherSidesEndIsNoticed() {
    pair.init().close();
    assertNull(pair.runtime().receive());
    assertThrows(Channel.PeerEnded.class, () -> pair.runtime().expect(Message.Type.READY));
    pair.runtime().fail("nobody hears this, and that is no error");
  }

  @Test
  void aLongErrorIsCut() {
    pair.init().fail("x".repeat(10_000));
    var e = assertThrows(Channel.PeerFailed.class, () -> pair.runtime().expect(Message.Type.READY));
    assertEquals(4095, e.getMessage().length());
  }

  @Test
  void lastWordsAreReadWhateverWasUnread() {
    pair.runtime().send(Message.Type.GO);
    pair.init().fail("why");
    pair.init().close();
    pair.runtime().tell(Message.Type.RECORDED);
    assertEquals("why", pair.runtime().receive().payload());
    assertNull(pair.runtime().receive());
  }
}
