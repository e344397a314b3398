package dev.proa.spec;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Our schema against the published one: same documents accepted, same documents refused. */
class SchemaAgreementTest {
  private static final int MUTATIONS = 3000;

  /**
   * Where the two are meant to differ.
   *
   * @param place pointer and keyword of what the refusing side says, as a pattern
   * @param reason why
   */
  private record Difference(String place, String reason) {
    boolean covers(String error) {
      return Pattern.matches(place, error);
    }
  }

  /** What the published schema refuses and ours accepts. */
  private static final List<Difference> ACCEPTED_HERE =
      List.of(
          new Difference(
              "/linux/rootfsPropagation enum \"r(private|shared|slave|unbindable)\"",
              "runc takes the recursive words, and podman, Docker and CRI-O send them"),
          new Difference(
              "/linux/devices/\\d+/fileMode maximum .*",
              "callers pass st_mode with set-id and sticky bits, above 0777"),
          new Difference(
              "/linux/resources/pids required .*",
              "the spec's Go types leave a null limit out and write {}"),
          new Difference(
              "/(windows|solaris|vm|zos)/.*", "another platform's section is left alone"),
          new Difference("/(windows|vm) required .*", "another platform's section is left alone"),
          new Difference(
              "/freebsd/devices.*|/freebsd/jail/(parent|.*[aA]ddr|.*[iI]nterfaces?|enforceStatfs"
                  + "|allow)( |/).*",
              "of another platform's section only the words for sharing are checked"));

  /** What ours refuses and the published schema accepts. */
  private static final List<Difference> REFUSED_HERE =
      List.of(
          new Difference(
              "/(annotations|linux/sysctl|linux/resources/unified)/ must be a string, not .*",
              "a value under an empty name is no string: the published pattern skips that name"),
          new Difference(
              "/hooks/\\w+/\\d+/timeout \\d+ is not from .*|/process/oomScoreAdj -?\\d+ is not from .*",
              "numbers that Go's int cannot hold, and for oomScoreAdj the kernel's cannot"));

  private static void ours(String kind, JsonDocument document) {
    switch (kind) {
      case "config" -> {
        SpecValidator.config(document);
        Spec.read(document);
      }
      case "state" -> {
        SpecValidator.state(document);
        State.read(document.root());
      }
      default -> SpecValidator.features(document);
    }
  }

  @Test
  void acceptsEveryGoodDocument() throws IOException {
    OfficialSchema official = OfficialSchema.orSkip();
    int seen = 0;
    for (String kind : List.of("config", "state", "features")) {
      for (Path file : official.documents(kind, "good")) {
        ours(kind, JsonDocument.parse(file.toString(), Files.readAllBytes(file)));
        seen++;
      }
    }
    assertEquals(12, seen);
  }

  @Test
  void refusesEveryBadDocument() throws IOException {
    OfficialSchema official = OfficialSchema.orSkip();
    int seen = 0;
    for (String kind : List.of("config", "state", "features")) {
      for (Path file : official.documents(kind, "bad")) {
        byte[] text = Files.readAllBytes(file);
        assertThrows(
            InvalidSpecException.class,
            () -> ours(kind, JsonDocument.parse(file.toString(), text)),
            file.toString());
        seen++;
      }
    }
    assertEquals(7, seen);
  }

  @Test
  void agreesOnMutations() throws IOException {
    OfficialSchema official = OfficialSchema.orSkip();
    List<JsonNode> valid = new ArrayList<>();
    for (Path file : official.documents("config", "good")) {
      valid.add(JsonTree.parse("good", Files.readAllBytes(file)));
    }
    ObjectNode full = (ObjectNode) Schemas.example();
    ((ObjectNode) full.get("linux")).put("rootfsPropagation", "slave");
    for (int i = 0; i < 3 * 9; i++) {
      valid.add(full);
    }

    Mutation mutation = new Mutation(20260401);
    Map<String, Integer> verdicts = new TreeMap<>();
    List<String> unexplained = new ArrayList<>();
    for (int i = 0; i < MUTATIONS; i++) {
      String text = mutation.of(valid.get(i % valid.size())).toString();
      JsonDocument document = JsonDocument.parse("mutation", text.getBytes(StandardCharsets.UTF_8));
      List<String> theirs = new ArrayList<>();
      for (var error : official.errors("config", document)) {
        String pointer = error.getInstanceLocation().toString();
        theirs.add(pointer + ' ' + error.getKeyword() + ' ' + document.at(pointer));
      }
      List<String> mine = new ArrayList<>();
      try {
        ours("config", document);
      } catch (InvalidSpecException e) {
        e.violations().forEach(v -> mine.add(v.pointer() + ' ' + v.message()));
      }
      String verdict = (mine.isEmpty() ? "ok" : "no") + '/' + (theirs.isEmpty() ? "ok" : "no");
      verdicts.merge(verdict, 1, Integer::sum);
      if (mine.isEmpty() && !theirs.isEmpty()) {
        unexplained(theirs, ACCEPTED_HERE, unexplained);
      } else if (theirs.isEmpty() && !mine.isEmpty()) {
        unexplained(mine, REFUSED_HERE, unexplained);
      }
    }
    assertAll(
        () -> assertEquals(List.of(), unexplained),
        () -> assertTrue(verdicts.get("ok/ok") > 500, verdicts::toString),
        () -> assertTrue(verdicts.get("no/no") > 500, verdicts::toString));
  }

  /** The difference that {@code members} of a config shows: what the refusing side says. */
  private static String difference(OfficialSchema official, String members) {
    String text = "{\"ociVersion\":\"1.3.0\"," + members + "}";
    JsonDocument document = JsonDocument.parse("x", text.getBytes(StandardCharsets.UTF_8));
    boolean theirs = official.errors("config", document).isEmpty();
    boolean mine = true;
    try {
      ours("config", document);
    } catch (InvalidSpecException e) {
      mine = false;
    }
    return (mine ? "accepted" : "refused") + " here, " + (theirs ? "accepted" : "refused");
  }

  @Test
  void everyDifferenceIsReal() throws IOException {
    OfficialSchema official = OfficialSchema.orSkip();
    for (String lenient :
        List.of(
            "\"linux\":{\"rootfsPropagation\":\"rslave\"}",
            "\"linux\":{\"devices\":[{\"type\":\"c\",\"path\":\"/x\",\"fileMode\":1023}]}",
            "\"linux\":{\"resources\":{\"pids\":{}}}",
            "\"windows\":{}",
            "\"zos\":{\"namespaces\":5}",
            "\"freebsd\":{\"devices\":5}",
            "\"freebsd\":{\"jail\":{\"allow\":5}}")) {
      assertEquals("accepted here, refused", difference(official, lenient), lenient);
    }
    for (String strict :
        List.of(
            "\"annotations\":{\"\":5}",
            "\"process\":{\"cwd\":\"/\",\"oomScoreAdj\":4294967296}",
            "\"hooks\":{\"prestart\":[{\"path\":\"/x\",\"timeout\":9223372036854775808}]}")) {
      assertEquals("refused here, accepted", difference(official, strict), strict);
    }
  }

  private static void unexplained(
      List<String> errors, List<Difference> differences, List<String> unexplained) {
    for (String error : errors) {
      if (differences.stream().noneMatch(d -> d.covers(error))) {
        unexplained.add(error);
      }
    }
  }
}
