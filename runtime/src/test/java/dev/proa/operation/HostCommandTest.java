package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.LinuxKernel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Looking a program up; that it runs is told by the executable's own tests: a JVM cannot fork. */
class HostCommandTest {
  @Test
  void saysThatThereIsNone() {
    HostCommand command = new HostCommand(new LinuxKernel(), Map.of("PATH", "/nonexistent:rel:"));

    assertEquals(
        "exec: \"ps\": executable file not found in $PATH",
        assertThrows(OperationException.class, () -> command.run(List.of("ps"))).getMessage());
  }
}
