package dev.proa.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;

/**
 * A systemd that says what systemd 252 said, as long as it is asked what it was asked: lines {@code
 * > BASE64} and {@code < BASE64} of one conversation.
 */
final class Recorded {
  private final Deque<String> lines;
  private final RecordingKernel kernel = new RecordingKernel();
  private final int piece;
  private byte[] rest = new byte[0];
  private long now;

  /**
   * @param piece how many bytes come at once
   */
  Recorded(String name, int piece) {
    try (InputStream in = Recorded.class.getResourceAsStream(name)) {
      lines =
          new ArrayDeque<>(
              new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.piece = piece;
    kernel
        .on(Sysno.SENDTO, this::sent)
        .on(Sysno.RECVFROM, this::received)
        .on(Sysno.PPOLL, this::waited)
        .on(
            Sysno.CLOCK_GETTIME,
            call -> {
              Bytes.putLong(((Arg.Memory) call.args().get(1)).bytes(), 0, now);
              return 0;
            });
  }

  Kernel kernel() {
    return kernel;
  }

  /** Time passes only where nothing comes. */
  private long waited(Call call) {
    boolean readable = rest.length > 0 || (!lines.isEmpty() && lines.getFirst().startsWith("<"));
    now += readable ? 0 : 10;
    return readable ? 1 : 0;
  }

  private long sent(Call call) {
    byte[] bytes = ((Arg.Memory) call.args().get(1)).bytes();
    String line = lines.removeFirst();
    assertEquals('>', line.charAt(0), "sent too early");
    assertArrayEquals(Base64.getDecoder().decode(line.substring(2)), bytes);
    return bytes.length;
  }

  private long received(Call call) {
    if (rest.length == 0) {
      rest = Base64.getDecoder().decode(lines.removeFirst().substring(2));
    }
    int count = Math.min(piece, rest.length);
    System.arraycopy(rest, 0, ((Arg.Memory) call.args().get(1)).bytes(), 0, count);
    rest = Arrays.copyOfRange(rest, count, rest.length);
    return count;
  }

  /** Forgets the end of the conversation. */
  void keep(int count) {
    while (lines.size() > count) {
      lines.removeLast();
    }
  }

  void assertOver() {
    assertEquals(0, lines.size() + rest.length);
  }
}
