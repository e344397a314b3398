package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.kernel.Paths;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {
  @Test
  void makesPathsAbsoluteAndClean() {
    assertEquals("/a/b", Paths.absolute("/a", "b"));
    assertEquals("/b", Paths.absolute("/a", "../b"));
    assertEquals("/b", Paths.absolute("/a", "/./x//../b/"));
    assertEquals("/", Paths.absolute("/a", "../../.."));
    assertEquals("/a", Paths.absolute("/a", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A-b_c+d.e9", "...", ".hidden"})
  void goodIds(String id) {
    assertDoesNotThrow(() -> ContainerId.check(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "..", "a/b", "a b", "ä", "a\n"})
  void badIds(String id) {
    OperationException e = assertThrows(OperationException.class, () -> ContainerId.check(id));
    assertEquals("invalid container ID format: \"" + id + "\"", e.getMessage());
  }

  @Test
  void anEmptyIdHasItsOwnText() {
    OperationException e = assertThrows(OperationException.class, () -> ContainerId.check(""));
    assertEquals("container id cannot be empty", e.getMessage());
  }
}
