package dev.proa.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.LinuxKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class UsageTest {
  @TempDir Path folder;

  /** What is logged for a wrong command line; the exit code is checked. */
  private String logged(int code, String... words) throws Exception {
    Path log = folder.resolve("log");
    Files.deleteIfExists(log);
    ProaCommand root = new ProaCommand();
    CommandLine line = new CommandLine(root);
    line.setStopAtPositional(true);
    String[] args = new String[words.length + 1];
    args[0] = "--log=" + log;
    System.arraycopy(words, 0, args, 1, words.length);
    ParameterException e =
        assertThrows(
            ParameterException.class,
            () -> line.parseArgs(GoFlags.normalize(line.getCommandSpec(), args)));
    Invocation invocation = new Invocation(new LinuxKernel(), root.global, e.getCommandLine());
    assertEquals(code, Usage.wrong(invocation, args, e));
    String text = Files.readString(log);
    assertTrue(text.contains("level=error msg="), text);
    return text.substring(text.indexOf("msg=") + 5, text.lastIndexOf('"'));
  }

  @Test
  void sayWhatGoSays() throws Exception {
    assertEquals("No help topic for 'foo'", logged(3, "foo"));
    assertEquals("flag provided but not defined: -nosuch", logged(1, "ps", "--nosuch=1", "x"));
    assertEquals("flag needs an argument: -memory", logged(1, "update", "--memory"));
    assertEquals(
        "invalid value \\\"5\\\" for flag -interval: parse error",
        logged(1, "events", "--interval", "5", "x"));
    assertTrue(logged(1, "pause").endsWith(" requires exactly 1 argument(s)"));
    assertTrue(logged(1, "pause", "a", "b").endsWith(" requires exactly 1 argument(s)"));
    assertTrue(logged(1, "ps").endsWith(" requires a minimum of 1 argument(s)"));
    assertTrue(logged(1, "kill", "a", "b", "c").endsWith(" requires a maximum of 2 argument(s)"));
  }
}
