package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code events}: statistics in runc's form, and memory that ran out. */
class EventsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void needsTheCommand() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has no events command");
  }

  private JsonNode stats(Container container) {
    Result result = box.runtime().raw("events", "--stats", container.id()).succeeds();
    assertTrue(
        result
            .stdout()
            .startsWith("{\"type\":\"stats\",\"id\":\"" + container.id() + "\",\"data\":{"),
        result::toString);
    assertTrue(result.stdout().endsWith("}}\n"), result::toString);
    return OciRuntime.json(result.stdout()).path("data");
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void membersInTheirOrder() {
    JsonNode data = stats(box.started(box.bundle().sleeping()));

    assertEquals(
        List.of(
            "cpu",
            "cpuset",
            "memory",
            "pids",
            "blkio",
            "hugetlb",
            "intel_rdt",
            "network_interfaces"),
        names(data));
    assertEquals(List.of("usage", "throttling"), names(data.path("cpu")).subList(0, 2));
    assertTrue(
        names(data.path("memory"))
            .containsAll(List.of("usage", "swap", "kernel", "kernelTCP", "raw")),
        data::toString);
    assertTrue(data.path("network_interfaces").isNull(), data::toString);
    assertEquals("{}", data.path("intel_rdt").toString());
  }

  @Test
  void values() {
    Bundle bundle =
        box.bundle()
            .shell("sleep 1000 & i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo up; wait")
            .with("/linux/resources/memory/limit", 67_108_864)
            .with("/linux/resources/pids/limit", 77);
    Container container = box.started(bundle);
    Poll.until("the program", () -> container.stdout().equals("up\n"));

    JsonNode data = stats(container);

    assertEquals(67_108_864, data.at("/memory/usage/limit").asLong(), data::toString);
    assertTrue(data.at("/memory/usage/usage").asLong() > 0, data::toString);
    assertEquals(77, data.at("/pids/limit").asInt(), data::toString);
    assertEquals(2, data.at("/pids/current").asInt(), data::toString);
    assertTrue(data.at("/cpu/usage/total").asLong() > 1_000_000, data::toString);
  }

  @Test
  void ofAPausedContainer() {
    Container container = box.started(box.bundle().sleeping());
    box.runtime().pause(container.id()).succeeds();

    assertEquals(1, stats(container).at("/pids/current").asInt());
  }

  @Test
  void periodic() {
    Container container = box.started(box.bundle().sleeping());

    Execution events = box.runtime().beginEvents(container.id(), "--interval", "200ms");
    long begin = System.nanoTime();
    String three = events.awaitStdout(text -> text.lines().count() >= 3);

    assertTrue(System.nanoTime() - begin > 500_000_000L, "three events before their time");
    for (String line : three.lines().limit(3).toList()) {
      assertEquals("stats", OciRuntime.json(line).path("type").asText());
      assertEquals(container.id(), OciRuntime.json(line).path("id").asText());
    }
    events.destroy();
  }

  @Test
  void endsWithTheContainer() {
    Container container = box.started(box.bundle().sleeping());
    Execution events = box.runtime().beginEvents(container.id(), "--interval=1h");
    Poll.until("events", () -> events.isAlive());

    container.kill("KILL").await("stopped");
    container.delete();

    assertEquals(0, events.await(Duration.ofSeconds(20)).exit());
  }

  @Test
  void memoryRanOut() {
    assumeTrue(!Container.isUnified() || hasMemory(), "no memory controller");
    Bundle bundle =
        box.bundle()
            .shell(
                "echo up; while [ ! -e /tmp/go ]; do usleep 10000; done;"
                    + " head -c 64000000 /dev/zero | tail; echo survived; sleep 1000")
            .writable()
            .directory("/tmp")
            .with("/linux/resources/memory/limit", 16_777_216)
            .with("/linux/resources/memory/swap", 16_777_216);
    Container container = box.started(bundle);
    Poll.until("the program", () -> container.stdout().equals("up\n"));
    Execution events = box.runtime().beginEvents(container.id(), "--interval", "100ms");
    events.awaitStdout(text -> text.contains("\"stats\""));

    bundle.file("/tmp/go", "");

    String out = events.awaitStdout(text -> text.contains("\"oom\""));
    assertTrue(
        out.contains("{\"type\":\"oom\",\"id\":\"" + container.id() + "\"}\n"),
        () -> "not: " + out);
    events.destroy();
  }

  private static boolean hasMemory() {
    return dev.proa.conformance.host.HostFiles.readOrEmpty(
            Path.of("/sys/fs/cgroup/cgroup.controllers"))
        .contains("memory");
  }

  @Test
  void aStoppedContainer() {
    Container container = box.started(box.bundle().args("true")).await("stopped");
    String expected = "container with id " + container.id() + " is not running";

    assertEquals(expected, box.runtime().raw("events", container.id()).exits(1).error());
    assertEquals(expected, box.runtime().raw("events", "--stats", container.id()).exits(1).error());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0s", "-1s"})
  void intervalsThatAreTooShort(String interval) {
    Container container = box.create(box.bundle().sleeping());

    assertEquals(
        "duration interval must be greater than 0",
        box.runtime().raw("events", "--interval", interval, container.id()).exits(1).error());
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "abc", "1x", "s"})
  void noDurations(String interval) {
    String error = box.runtime().raw("events", "--interval", interval, "x").exits(1).error();

    assertEquals("invalid value \"" + interval + "\" for flag -interval: parse error", error);
  }

  @ParameterizedTest
  @CsvSource({"5s", "1m30s", "1.5h", "100us", "3000ns"})
  void durationsOfGo(String interval) {
    Container container = box.create(box.bundle().sleeping());

    Result result =
        box.runtime().raw("events", "--stats", "--interval", interval, container.id()).succeeds();
    assertFalse(result.stdout().isEmpty());
  }
}
