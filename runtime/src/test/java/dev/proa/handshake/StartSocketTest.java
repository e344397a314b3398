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

  @Test
  void aQuestionDoesNotStartTheContainer() throws Exception {
    Fd listening = socket.listen(folder());
    // Init's side has a kernel of its own, as a fork has.
    CompletableFuture<String> init =
        CompletableFuture.supplyAsync(
            () -> {
              StartSocket mine = new StartSocket(new LinuxKernel());
              try (Fd connection = mine.awaitGo(listening)) {
                listening.close();
                mine.fail(connection, "exec: no");
                return "started";
              }
            });
    try (Fd asking = socket.connect(folder())) {
      assertNotNull(asking);
    }
    try (Fd starting = socket.connect(folder())) {
      assertEquals("exec: no", socket.go(starting));
    }
    assertEquals("started", init.get());
    assertNull(socket.connect(folder()), "a second start is refused");
  }

  @Test
  void theEndOfTheConnectionMeansThatTheProcessRuns() throws Exception {
    Fd listening = socket.listen(folder());
    CompletableFuture<Void> init =
        CompletableFuture.runAsync(
            () -> new StartSocket(new LinuxKernel()).awaitGo(listening).close());
    try (Fd starting = socket.connect(folder())) {
      assertNull(socket.go(starting));
    }
    init.get();
  }
}
