package dev.proa.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.LinuxKernel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartSocketTest {
  @TempDir Path dir;

  private final LinuxKernel kernel = new LinuxKernel();
  private final StartSocket socket = new StartSocket(kernel);

  private Fd folder() {
    return new FileCalls(kernel).open(dir.toString(), FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
  }

  @Test
  void nobodyListensBeforeTheContainerIsMadeNorAfterItIsStarted() {
    assertNull(socket.connect(folder()));
    socket.listen(folder()).close();
    assertNull(socket.connect(folder()));
  }

  /** Init's side, in a thread with a kernel of its own, as a fork has; kernels are not shared. */
  private static CompletableFuture<Void> init(int listening, String failure) {
    return CompletableFuture.runAsync(
        () -> {
          LinuxKernel own = new LinuxKernel();
          StartSocket socket = new StartSocket(own);
          Fd mine = new Fd(own, listening, "listening");
          try (Fd connection = socket.awaitGo(mine)) {
            mine.close();
            if (failure != null) {
              socket.fail(connection, failure);
            }
          }
        },
        task -> new Thread(task).start());
  }

  @Test
  void aQuestionDoesNotStartTheContainer() throws Exception {
    CompletableFuture<Void> init = init(socket.listen(folder()).release(), "exec: no");
    try (Fd asking = socket.connect(folder())) {
      assertNotNull(asking);
    }
    try (Fd starting = socket.connect(folder())) {
      socket.go(starting);
      assertEquals("exec: no", socket.answer(starting));
    }
    init.get();
    assertNull(socket.connect(folder()), "a second start is refused");
  }

  @Test
  void theEndOfTheConnectionMeansThatTheProcessRuns() throws Exception {
    CompletableFuture<Void> init = init(socket.listen(folder()).release(), null);
    try (Fd starting = socket.connect(folder())) {
      socket.go(starting);
      assertNull(socket.answer(starting));
    }
    init.get();
  }
}
