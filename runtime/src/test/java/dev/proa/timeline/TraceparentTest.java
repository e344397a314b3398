package dev.proa.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.proa.kernel.LinuxKernel;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
  private final LinuxKernel kernel = new LinuxKernel();

  @Test
  void continuesTheCallersTrace() {
    Traceparent trace =
        Traceparent.of(kernel, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assertEquals("0af7651916cd43dd8448eb211c80319c", trace.trace());
    assertEquals("b7ad6b7169203331", trace.parent());
    assertEquals("00-0af7651916cd43dd8448eb211c80319c-" + trace.span() + "-01", trace.toString());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      })
  void beginsOneWhereTheTextIsNone(String text) {
    Traceparent trace = Traceparent.of(kernel, text);
    assertNull(trace.parent());
    assertEquals(32, trace.trace().length());
    assertNotEquals(trace.trace(), Traceparent.of(kernel, text).trace());
  }

  @Test
  void spansHaveIdsOfTheirOwn() {
    Traceparent trace = Traceparent.of(kernel, null);
    Set<String> ids = new HashSet<>(Set.of(trace.span()));
    for (int i = 0; i < 10_000; i++) {
      ids.add(trace.child(i));
    }
    assertEquals(10_001, ids.size());
  }
}
