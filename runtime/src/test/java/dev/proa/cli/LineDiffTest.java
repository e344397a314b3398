package dev.proa.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineDiffTest {
  @Test
  void nothingForTheSame() {
    assertEquals("", LineDiff.of(Screen.FILE, List.of("a", "b"), List.of("a", "b")));
  }

  @Test
  void aChangeWithTheHeadingsThatItIsUnder() {
    List<String> before =
        List.of("init", "  root", "    1", "    2", "    3", "    4", "  hostname", "    old");
    List<String> after =
        List.of("init", "  root", "    1", "    2", "    3", "    five", "  hostname", "    old");
    assertEquals(
        """
         init
           root
             2
             3
        -    4
        +    five
        """,
        LineDiff.of(Screen.FILE, before, after));
  }

  @Test
  void linesAtTheEnds() {
    assertEquals(
        "-a\n b\n+c\n".replace(" b\n", ""), LineDiff.of(Screen.FILE, List.of("a"), List.of("c")));
    assertEquals(" a\n+b\n", LineDiff.of(Screen.FILE, List.of("a"), List.of("a", "b")));
    assertEquals("-a\n", LineDiff.of(Screen.FILE, List.of("a", "b"), List.of("b")));
  }
}
