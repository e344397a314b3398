package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Errno;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.util.List;
import org.junit.jupiter.api.Test;

class InheritedFdsTest {
  /** Descriptors 3 to 5 are the caller's, 6 is closed on exec. */
  private final RecordingKernel kernel =
      new RecordingKernel()
          .on(
              Sysno.FCNTL,
              call -> {
                long fd = ((Arg.Value) call.args().get(0)).value();
                return fd <= 5 ? 0 : fd == 6 ? 1 : -Errno.EBADF.value();
              });

  @Test
  void listeningSocketsComeBeforeThePreservedOnes() {
    InheritedFds fds = InheritedFds.plan(kernel, 42, "2", "42", 1);
    assertEquals(new InheritedFds(2, 1), fds);
    assertEquals(List.of("LISTEN_FDS=2", "LISTEN_PID=1"), fds.env());
    assertEquals("close_range(6, ~0U, 0)", fds.closeOthers().toString());
    assertEquals("close_range(6, ~0U, CLOSE_RANGE_CLOEXEC)", fds.markOthers().toString());
  }

  @Test
  void listeningSocketsOfAnotherProcessAreNotOurs() {
    InheritedFds fds = InheritedFds.plan(kernel, 42, "2", "41", 0);
    assertEquals(List.of(), fds.env());
    assertEquals(3, fds.end());
    assertEquals(3, InheritedFds.plan(kernel, 42, "x", "42", 0).end());
    assertEquals(3, InheritedFds.plan(kernel, 42, null, null, 0).end());
  }

  @Test
  void whatTheCallerDidNotPassCannotBePreserved() {
    SetupException e =
        assertThrows(SetupException.class, () -> InheritedFds.plan(kernel, 1, null, null, 4));
    assertEquals("unable to stat preserved-fd 3 (of 4): no such file or directory", e.getMessage());
  }
}
