package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.spec.Rlimit;
import java.util.List;
import org.junit.jupiter.api.Test;

class RlimitsTest {
  @Test
  void oneCallEachOnTheChild() {
    Rlimits plan =
        Rlimits.plan(
            List.of(new Rlimit("RLIMIT_NOFILE", 1024, 2048), new Rlimit("RLIMIT_CORE", -1, -1)));
    assertEquals(
        List.of(
            "prlimit64(77, RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=2048}, NULL)",
            "prlimit64(77, RLIMIT_CORE, {rlim_cur=RLIM64_INFINITY, rlim_max=RLIM64_INFINITY},"
                + " NULL)"),
        plan.calls(77).stream().map(Object::toString).toList());
    assertTrue(plan.limitsOpenFiles());
    assertFalse(Rlimits.plan(List.of()).limitsOpenFiles());
  }

  @Test
  void anUnknownTypeIsRefused() {
    SetupException e =
        assertThrows(
            SetupException.class, () -> Rlimits.plan(List.of(new Rlimit("RLIMIT_FOO", 1, 1))));
    assertEquals("wrong rlimit value: RLIMIT_FOO", e.getMessage());
  }

  @Test
  void aTypeGivenTwiceIsRefused() {
    Rlimit cpu = new Rlimit("RLIMIT_CPU", 1, 1);
    SetupException e = assertThrows(SetupException.class, () -> Rlimits.plan(List.of(cpu, cpu)));
    assertEquals("rlimit RLIMIT_CPU is given more than once", e.getMessage());
  }
}
