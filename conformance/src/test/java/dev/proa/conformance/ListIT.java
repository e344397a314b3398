package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.OciRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code list}: as a table, as JSON, and the ids only. */
class ListIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void emptyList() {
    assertEquals("null", box.runtime().list("--format", "json").succeeds().text());
    assertEquals("", box.runtime().list("-q").succeeds().text());
    assertEquals(
        List.of("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"),
        List.of(box.runtime().list().succeeds().text().split(" +")));
  }

  @Test
  void listTable() {
    Container created = box.create(box.bundle().sleeping());
    Container stopped = box.started(box.bundle().args("true")).await("stopped");

    List<String> lines = box.runtime().list().succeeds().lines();

    assertEquals(3, lines.size());
    assertEquals(
        List.of(
            created.id(),
            Integer.toString(created.pid()),
            "created",
            created.bundle().folder().toString(),
            created.state().path("created").asText(),
            "root"),
        List.of(lines.get(1).split(" +")));
    assertEquals(
        List.of(stopped.id(), "0", "stopped"), List.of(lines.get(2).split(" +")).subList(0, 3));
    // Columns are aligned: each status starts where the header's does.
    int column = lines.getFirst().indexOf("STATUS");
    assertEquals("created", lines.get(1).substring(column, column + 7));
    assertEquals("stopped", lines.get(2).substring(column, column + 7));
  }

  @Test
  void listJson() {
    Container container =
        box.create(box.bundle().sleeping().with("/annotations", Map.of("k", "v")));

    JsonNode list = OciRuntime.json(box.runtime().list("--format=json").succeeds().stdout());

    assertEquals(1, list.size());
    JsonNode state = container.state();
    for (String field : List.of("id", "pid", "status", "bundle", "rootfs", "created")) {
      assertEquals(state.get(field), list.get(0).get(field), field);
    }
    assertEquals("v", list.get(0).path("annotations").path("k").asText());
    assertEquals("root", list.get(0).path("owner").asText());
  }

  @Test
  void listQuiet() {
    Container one = box.create(box.bundle().sleeping());
    Container two = box.create(box.bundle().sleeping());

    assertEquals(List.of(one.id(), two.id()), box.runtime().list("--quiet").succeeds().lines());
  }
}
