package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code stats}: what running containers use. */
class StatsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void onlyHere() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "no other runtime has the command");
  }

  private JsonNode json(String... ids) {
    String[] words = new String[5 + ids.length];
    System.arraycopy(
        new String[] {"stats", "--once", "--json", "--interval", "50ms"}, 0, words, 0, 5);
    System.arraycopy(ids, 0, words, 5, ids.length);
    return OciRuntime.json(box.runtime().raw(words).succeeds().stdout());
  }

  @Test
  void allThatRun() {
    assertEquals("[]", json().toString());
    Container busy =
        box.started(
            box.bundle().shell("while :; do :; done").with("/linux/resources/pids/limit", 77));
    box.started(box.bundle().args("true")).await("stopped");
    Container created = box.create(box.bundle().sleeping());

    JsonNode all = json();

    assertEquals(2, all.size(), all::toString);
    assertEquals(busy.id(), all.at("/0/id").asText());
    assertEquals(busy.pid(), all.at("/0/pid").asInt());
    assertEquals(created.id(), all.at("/1/id").asText());
    assertEquals(77, all.at("/0/data/pids/limit").asInt(), all::toString);
    assertEquals(0, all.at("/0/oomKills").asInt(-1), all::toString);
    Poll.until("processor time", () -> json(busy.id()).at("/0/cpuPercent").asInt() > 0);
  }

  @Test
  void aTableAndMetrics() {
    Container container = box.started(box.bundle().sleeping());

    List<String> table =
        box.runtime().raw("stats", "--interval", "10ms", container.id()).succeeds().lines();
    String metrics = box.runtime().raw("stats", "--format", "openmetrics").succeeds().stdout();

    assertEquals(2, table.size(), table::toString);
    assertTrue(table.getFirst().startsWith("ID"), table::toString);
    assertTrue(table.get(1).startsWith(container.id() + " "), table::toString);
    assertTrue(
        metrics.contains("\nproa_container_pids{id=\"" + container.id() + "\"} 1\n"), metrics);
    assertTrue(metrics.endsWith("\n# EOF\n"), metrics);
  }

  @Test
  void onATerminalUntilQ() {
    Container container = box.started(box.bundle().sleeping());
    String line = box.runtime().shellLine("stats", "--interval", "50ms");
    Execution stats =
        box.beginTyping(
            "script", "-qec", "stty rows 9 cols 90; " + line + "; stty -a", "/dev/null");
    String home = "\033[H";

    // Drawn anew again and again, on the terminal's other screen.
    String shown = stats.awaitStdout(text -> text.split("\033\\[H", -1).length > 5);
    stats.type("q");
    Result result = stats.await().exits(0);

    assertTrue(shown.contains("\033[?1049h") && shown.contains(home), shown);
    assertTrue(shown.contains(container.id() + " "), shown);
    String after = result.stdout().substring(result.stdout().lastIndexOf("\033[?1049l"));
    assertTrue(after.contains(container.id() + " "), "the last reading stays: " + after);
    assertTrue(after.matches("(?s).* icanon .* echo .*"), "the terminal as it was: " + after);
  }

  @Test
  void oomKillsAreCounted() {
    Container container =
        box.started(
            box.bundle()
                .shell("head -c 64000000 /dev/zero | tail > /dev/null; echo on; sleep 1000")
                .with("/linux/resources/memory/limit", 16_777_216)
                .with("/linux/resources/memory/swap", 16_777_216));
    Poll.until("the program", () -> container.stdout().equals("on\n"));

    assertTrue(json(container.id()).at("/0/oomKills").asInt() >= 1);
  }

  @Test
  void whatIsNotThereOrHasStopped() {
    Container stopped = box.started(box.bundle().args("true")).await("stopped");

    assertEquals(
        "nobody: container does not exist",
        box.runtime().raw("stats", "--once", "nobody").exits(1).error());
    assertEquals(
        "container with id " + stopped.id() + " is not running",
        box.runtime().raw("stats", stopped.id()).exits(1).error());
    assertEquals("invalid format option", box.runtime().raw("stats", "-f", "xml").exits(1).error());
  }
}
