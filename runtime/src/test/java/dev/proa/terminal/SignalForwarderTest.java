package dev.proa.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Signal;
import dev.proa.kernel.WaitStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalForwarderTest {
  private final ForegroundKernel foreground = new ForegroundKernel();

  private List<String> linesOf(String name) {
    return foreground.kernel.lines().stream().filter(line -> line.startsWith(name + "(")).toList();
  }

  @Test
  void signalsGoToTheContainerAndChildrenAreReaped() {
    foreground.children.add(new int[] {0, 0});
    foreground.signals.add(new int[] {Signal.SIGTERM, Signal.SIGUSR1, Signal.SIGWINCH});
    foreground.signals.add(new int[] {Signal.SIGURG, Signal.SIGPIPE, 34});
    foreground.signals.add(new int[] {Signal.SIGCHLD});
    // Another orphan ended too, and SIGCHLD came once for both.
    foreground.children.add(new int[] {91, 0});
    foreground.children.add(new int[] {90, 7 << 8});
    foreground.children.add(new int[] {-1, 0});
    WaitStatus status;
    try (SignalForwarder forwarder = SignalForwarder.begin(foreground.kernel)) {
      assertEquals(1, forwarder.callersMask());
      status = forwarder.await(90);
    }
    assertEquals(7, status.code());
    assertEquals(
        List.of(
            "rt_sigaction(SIGCHLD, {sa_handler=SIG_DFL}, NULL, 8)",
            "rt_sigprocmask(SIG_SETMASK, ~[ILL TRAP BUS FPE SEGV], [8 bytes], 8)",
            "signalfd4(-1, ~[ILL TRAP BUS FPE SEGV], 8, SFD_CLOEXEC|SFD_NONBLOCK)",
            "wait4(-1, [4 bytes], WNOHANG|__WALL, NULL)",
            "ppoll([16 bytes], 1, NULL, NULL, 8)",
            "read(50<signalfd>, [2048 bytes], 2048)",
            "kill(90, SIGTERM)",
            "kill(90, SIGUSR1)",
            "ppoll([16 bytes], 1, NULL, NULL, 8)",
            "read(50<signalfd>, [2048 bytes], 2048)",
            "kill(90, SIGRTMIN)",
            "ppoll([16 bytes], 1, NULL, NULL, 8)",
            "read(50<signalfd>, [2048 bytes], 2048)",
            "wait4(-1, [4 bytes], WNOHANG|__WALL, NULL)",
            "wait4(-1, [4 bytes], WNOHANG|__WALL, NULL)",
            "wait4(-1, [4 bytes], WNOHANG|__WALL, NULL)",
            "rt_sigprocmask(SIG_SETMASK, [HUP], NULL, 8)"),
        foreground.kernel.lines());
  }

  @Test
  void aContainerThatEndedBeforeIsNotWaitedForWithSignals() {
    foreground.children.add(new int[] {90, 9});
    try (SignalForwarder forwarder = SignalForwarder.begin(foreground.kernel)) {
      assertEquals(137, forwarder.await(90).code());
    }
    assertTrue(linesOf("ppoll").isEmpty());
  }

  @Test
  void nothingIsSentToAPidThatIsReaped() {
    foreground.children.add(new int[] {0, 0});
    foreground.signals.add(new int[] {Signal.SIGCHLD});
    foreground.children.add(new int[] {90, 0});
    foreground.children.add(new int[] {-1, 0});
    try (SignalForwarder forwarder = SignalForwarder.begin(foreground.kernel)) {
      forwarder.await(90);
      foreground.signals.add(new int[] {Signal.SIGTERM});
      forwarder.handle(90);
    }
    assertTrue(linesOf("kill").isEmpty());
  }
}
