package dev.proa.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Arg;
import dev.proa.kernel.Call;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final Fd STDOUT = new Fd(null, 1, "stdout");
  private static final int ENOTTY = 25;

  /** Answers TCGETS with success and TIOCGWINSZ with that width. */
  private static Kernel terminal(int width) {
    return call -> {
      if (call.toString().contains("TIOCGWINSZ")) {
        byte[] size = ((Arg.Memory) call.args().get(2)).bytes();
        size[2] = (byte) width;
      }
      return 0;
    };
  }

  @Test
  void aTerminalHasColoursAndAWidth() {
    Screen screen = Screen.of(terminal(100), STDOUT, Map.of("TERM", "xterm"));

    assertEquals(new Screen(true, true, 100), screen);
    assertEquals("\033[31mx\033[0m", screen.paint(Screen.Style.RED, "x"));
  }

  @Test
  void noColourWhereNobodyWantsIt() {
    assertFalse(Screen.of(terminal(80), STDOUT, Map.of("TERM", "dumb")).colours());
    assertFalse(
        Screen.of(terminal(80), STDOUT, Map.of("TERM", "xterm", "NO_COLOR", "1")).colours());
    assertTrue(Screen.of(terminal(80), STDOUT, Map.of("TERM", "xterm", "NO_COLOR", "")).colours());
  }

  @Test
  void aFileGetsPlainText() {
    Kernel file = (Call call) -> -ENOTTY;
    assertEquals(Screen.FILE, Screen.of(file, STDOUT, Map.of("TERM", "xterm")));
    assertEquals("x", Screen.FILE.paint(Screen.Style.RED, "x"));
  }

  @Test
  void columnsOfWhatIsSeen() {
    assertEquals(2, Screen.columns("\033[31mab\033[0m"));
    assertEquals(4, Screen.columns("漢字"));
    assertEquals(1, Screen.columns("é"));
  }

  @Test
  void controlCharactersAreShown() {
    assertEquals("a\\x1b[31mb\\x0a\\x9b", Screen.printable("a\033[31mb\n\u009b"));
  }

  @Test
  void lastColumnIsBrokenAtSpaces() {
    String text =
        new Table(new Screen(true, false, 36))
            .headings("NAME", "N", "WHY")
            .right(1)
            .row("a", "10", "one two three four five six seven")
            .row("bcdef", "7", "short")
            .text();

    assertEquals(
        List.of(
            "NAME    N  WHY",
            "a      10  one two three four five",
            "           six seven",
            "bcdef   7  short"),
        text.lines().toList());
  }

  @Test
  void aFileGetsEveryRowInOneLine() {
    String why = "word ".repeat(60).strip();
    assertEquals("  a  " + why + "\n", new Table(Screen.FILE).indent(2).row("a", why).text());
  }
}
