package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ListProcessesTest {
  private static final String OUTPUT =
      """
      UID        PID  PPID CMD
      root         1     0 init
      root        12     1 sleep 13
      web         13    12 ps -ef 1
      """;

  @Test
  void keepsTheLinesOfThePids() {
    assertEquals(
        """
        UID        PID  PPID CMD
        root        12     1 sleep 13
        """,
        ListProcesses.filter(OUTPUT, Set.of(12, 99)));
    assertEquals("UID        PID  PPID CMD\n", ListProcesses.filter(OUTPUT, Set.of()));
  }

  @Test
  void wantsAColumnOfPids() {
    assertEquals(
        "couldn't find PID field in ps output",
        assertThrows(OperationException.class, () -> ListProcesses.filter("CMD\nx\n", Set.of(1)))
            .getMessage());
    assertThrows(
        OperationException.class, () -> ListProcesses.filter("UID PID\nroot x\n", Set.of(1)));
    assertThrows(OperationException.class, () -> ListProcesses.filter("", Set.of(1)));
  }
}
