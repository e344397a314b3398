package dev.proa.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class GoFlagsTest {
  private static List<String> normalize(String... args) {
    return List.of(GoFlags.normalize(new CommandLine(new ProaCommand()).getCommandSpec(), args));
  }

  @Test
  void oneDashIsAsGoodAsTwo() {
    assertEquals(
        List.of("--root", "-r", "run", "--no-subreaper", "--bundle=/b", "-d", "id"),
        normalize("-root", "-r", "run", "-no-subreaper", "-bundle=/b", "--d", "id"));
  }

  @Test
  void nothingIsAFlagAfterTheFirstPositional() {
    assertEquals(
        List.of("kill", "--all", "id", "-9", "-all"),
        normalize("kill", "-all", "id", "-9", "-all"));
  }

  @Test
  void aValueIsNoCommand() {
    assertEquals(List.of("--log", "run", "start", "id"), normalize("-log", "run", "start", "id"));
  }
}
