package dev.proa.terminal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Bytes;
import dev.proa.kernel.Call;
import dev.proa.kernel.DescriptorCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.Signal;
import dev.proa.kernel.SignalCalls;
import dev.proa.kernel.Sysno;
import dev.proa.kernel.TerminalCalls;
import dev.proa.kernel.WaitStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The relay between two real pseudo-terminals: one plays the caller's terminal and stands for the
 * relay's 0, 1 and 2, the other the container's. Signals and the process are played.
 */
@Timeout(20)
class TerminalRelayTest {
  private static final int PID = 90;

  private final LinuxKernel linux = new LinuxKernel();
  private final TerminalCalls terminals = new TerminalCalls(linux);
  private final FileCalls files = new FileCalls(linux);
  private Fd user;
  private Fd callers;
  private Fd master;
  private Fd container;
  private Fd[] signals;
  private volatile boolean ended;
  private CompletableFuture<WaitStatus> relay;

  /** The relay's kernel: the real one, with another stdio and played children. */
  private final class Kernels implements Kernel {
    private final LinuxKernel own = new LinuxKernel();

    @Override
    public long call(Call call) {
      return switch (call.number()) {
        case SIGNALFD4 -> signals[0].number();
        case RT_SIGPROCMASK, RT_SIGACTION -> 0;
        case WAIT4 -> {
          if (!ended) {
            yield 0;
          }
          Bytes.putInt(((Arg.Memory) call.args().get(1)).bytes(), 0, 5 << 8);
          ended = false;
          yield PID;
        }
        case PPOLL -> {
          byte[] polls = ((Arg.Memory) call.args().get(0)).bytes();
          for (int at = 0; at < polls.length; at += 8) {
            int fd = Bytes.getInt(polls, at);
            Bytes.putInt(polls, at, fd >= 0 && fd <= 2 ? callers.number() : fd);
          }
          yield own.call(call);
        }
        default -> own.call(onCallersTerminal(call));
      };
    }

    private Call onCallersTerminal(Call call) {
      boolean descriptor =
          call.number() == Sysno.READ
              || call.number() == Sysno.WRITE
              || call.number() == Sysno.IOCTL;
      if (descriptor
          && call.args().get(0) instanceof Arg.Value value
          && value.value() >= 0
          && value.value() <= 2) {
        List<Arg> args = new ArrayList<>(call.args());
        args.set(0, callers.arg());
        return new Call(call.number(), args);
      }
      return call;
    }
  }

  private Fd openMaster() {
    Fd fd = files.open("/dev/ptmx", FileCalls.O_RDWR | FileCalls.O_NOCTTY);
    linux.must(TerminalCalls.unlock(fd));
    return fd;
  }

  @BeforeEach
  void terminals() {
    user = openMaster();
    callers = terminals.peer(user, "the caller's");
    master = openMaster();
    container = terminals.peer(master, "the container's");
    signals = new DescriptorCalls(linux).pipe();
    new DescriptorCalls(linux).setNonBlocking(signals[0], true);
    linux.must(TerminalCalls.setSize(user, 33, 111));
  }

  @AfterEach
  void close() {
    user.close();
    callers.close();
    container.close();
    signals[1].close();
  }

  private void begin() {
    Fd relays = new Fd(linux, master.number(), "master");
    relay =
        CompletableFuture.supplyAsync(
            () -> {
              Kernel kernel = new Kernels();
              try (SignalForwarder forwarder = SignalForwarder.begin(kernel);
                  TerminalRelay terminal = new TerminalRelay(kernel, forwarder, relays)) {
                return terminal.await(PID);
              }
            },
            Thread.ofPlatform()::start);
  }

  private void signal(int number) {
    byte[] siginfo = new byte[SignalCalls.SIGINFO_SIZE];
    Bytes.putInt(siginfo, 0, number);
    files.writeAll(signals[1], siginfo);
  }

  private int end() throws Exception {
    ended = true;
    signal(Signal.SIGCHLD);
    return relay.get(10, TimeUnit.SECONDS).code();
  }

  private String read(Fd fd, int length) {
    byte[] all = new byte[length];
    int have = 0;
    while (have < length) {
      byte[] buffer = new byte[length - have];
      int count = files.read(fd, buffer);
      System.arraycopy(buffer, 0, all, have, count);
      have += count;
    }
    return new String(all, StandardCharsets.UTF_8);
  }

  private void write(Fd fd, String text) {
    files.writeAll(fd, text.getBytes(StandardCharsets.UTF_8));
  }

  private void awaitSize(int... size) throws Exception {
    while (!Arrays.equals(size, terminals.size(container))) {
      Thread.sleep(5);
    }
  }

  @Test
  void whatIsTypedArrivesAndWhatIsWrittenIsShown() throws Exception {
    byte[] before = terminals.attributes(callers);
    begin();
    awaitSize(33, 111);
    // The container's terminal reads a line and echoes; the caller's is raw and does neither.
    write(user, "ls\r");
    assertEquals("ls\n", read(container, 3));
    assertEquals("ls\r\n", read(user, 4));
    write(container, "a\nb");
    assertEquals("a\r\nb", read(user, 4));
    assertFalse(Arrays.equals(before, terminals.attributes(callers)));

    linux.must(TerminalCalls.setSize(user, 50, 200));
    signal(Signal.SIGWINCH);
    awaitSize(50, 200);

    assertEquals(5, end());
    assertArrayEquals(before, terminals.attributes(callers));
  }

  @Test
  void whatTheProcessWroteBeforeItsEndIsShown() throws Exception {
    begin();
    awaitSize(33, 111);
    // More than a pty holds at once: the relay must be reading.
    String text = "0123456789".repeat(2000);
    CompletableFuture<String> shown =
        CompletableFuture.supplyAsync(
            () -> new Reader(user).read(text.length()), Thread.ofPlatform()::start);
    write(container, text);
    container.close();
    assertEquals(5, end());
    assertEquals(text, shown.get(10, TimeUnit.SECONDS));
  }

  /** Reads with a kernel of its own: LinuxKernel is for one thread. */
  private static final class Reader {
    private final FileCalls files = new FileCalls(new LinuxKernel());
    private final Fd fd;

    Reader(Fd fd) {
      this.fd = fd;
    }

    String read(int length) {
      StringBuilder text = new StringBuilder();
      byte[] buffer = new byte[1000];
      while (text.length() < length) {
        text.append(new String(buffer, 0, files.read(fd, buffer), StandardCharsets.UTF_8));
      }
      return text.toString();
    }
  }

  @Test
  void aTerminalThatNobodyHasOpenForAWhileIsNotTheEnd() throws Exception {
    begin();
    awaitSize(33, 111);
    String name = "/dev/pts/" + terminals.number(master);
    container.close();
    Thread.sleep(120);
    assertFalse(relay.isDone());
    container = files.open(name, FileCalls.O_RDWR | FileCalls.O_NOCTTY);
    write(container, "back");
    assertEquals("back", read(user, 4));
    assertEquals(5, end());
  }

  @Test
  void theCallersTerminalIsGivenBackAfterAnError() throws Exception {
    byte[] before = terminals.attributes(callers);
    Kernel failing =
        new Kernel() {
          private final Kernel kernel = new Kernels();

          @Override
          public long call(Call call) {
            return call.number() == Sysno.PPOLL ? -9 : kernel.call(call);
          }
        };
    Fd relays = new Fd(linux, master.number(), "master");
    boolean failed = false;
    try (SignalForwarder forwarder = SignalForwarder.begin(failing);
        TerminalRelay terminal = new TerminalRelay(failing, forwarder, relays)) {
      terminal.await(PID);
    } catch (dev.proa.kernel.KernelException e) {
      failed = true;
    }
    assertTrue(failed);
    assertArrayEquals(before, terminals.attributes(callers));
  }
}
