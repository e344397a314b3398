package dev.proa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The patches of conformance/mutants, each of which takes one defence out for hack/mutants. */
class MutantsTest {
  private static final Path FOLDER = Path.of("../conformance/mutants");

  private static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  /** All of them together, as they are built. Whoever changes a defence changes its patch too. */
  @Test
  void allApply() throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "apply", "--check", "-C1"));
    for (Path patch : patches()) {
      command.add("conformance/mutants/" + patch.getFileName());
    }
    Process git =
        new ProcessBuilder(command)
            .directory(Path.of("..").toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, git.waitFor(), said);
  }

  @Test
  void eachSaysWhatItTakesOutAndWhoNotices() throws IOException {
    for (Path patch : patches()) {
      String text = Files.readString(patch);
      String name = patch.getFileName().toString().replace(".patch", "");
      if (name.equals("00-switch")) {
        continue;
      }
      assertTrue(text.startsWith("Defence: "), name);
      assertTrue(text.contains("\nAdvisory: CVE-"), name);
      assertTrue(text.contains("\nTest: "), name);
      assertTrue(text.contains("Mutant.on(\"" + name + "\")"), name);
    }
  }

  /** Nothing that could take a defence out is in the program itself. */
  @Test
  void theProgramHasNoSuchSwitch() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(source);
        assertTrue(!text.contains("PROA_MUTANT") && !text.contains("Mutant.on("), source::toString);
      }
    }
  }
}
