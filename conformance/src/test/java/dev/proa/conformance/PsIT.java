package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Poll;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code ps}: pids as JSON for go-runc, a table of the host's ps for people. */
class PsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private Container two() {
    Container container = box.started(box.bundle().shell("sleep 1000 & echo up; sleep 1001; :"));
    Poll.until("the program", () -> container.stdout().equals("up\n"));
    Poll.until(
        "three processes",
        () ->
            HostFiles.read(container.cgroup("pids").resolve("cgroup.procs")).lines().count() == 3);
    return container;
  }

  private void assumeNotCrun() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun prints a table of its own");
  }

  @Test
  void json() {
    assumeNotCrun();
    Container container = two();
    List<String> pids =
        HostFiles.read(container.cgroup("pids").resolve("cgroup.procs")).lines().toList();

    assertEquals(
        "[" + String.join(",", pids) + "]\n",
        box.runtime().ps(container.id(), "--format", "json").succeeds().stdout());
    assertEquals(
        "[" + String.join(",", pids) + "]\n",
        box.runtime().ps(container.id(), "-f=json").succeeds().stdout());
  }

  @Test
  void processesOfSubCgroups() {
    assumeNotCrun();
    assumeTrue(!Container.isUnified(), "a leaf with processes has no children");
    Container container = box.started(box.bundle().shell("sleep 1000 & echo $$; sleep 1001; :"));
    Poll.until("the program", () -> !container.stdout().isEmpty());
    List<Path> made = new ArrayList<>();
    int init = container.pid();
    // Each hierarchy that a runtime may count by.
    for (String controller : List.of("devices", "pids", "memory", "freezer")) {
      made.add(HostFiles.folder(container.cgroup(controller).resolve("below")));
    }
    made.forEach(folder -> box.host("sh", "-c", "echo " + init + " > " + folder + "/cgroup.procs"));

    String pids = box.runtime().ps(container.id(), "-f", "json").succeeds().text();

    assertTrue(OciRuntime.json(pids).toString().contains(Integer.toString(init)), pids);
    assertEquals(3, OciRuntime.json(pids).size(), pids);
  }

  @Test
  void table() {
    assumeNotCrun();
    Container container = two();

    List<String> lines = box.runtime().ps(container.id()).succeeds().lines();

    assertEquals(4, lines.size(), lines::toString);
    assertTrue(
        lines.getFirst().matches("UID +PID +PPID +C +STIME +TTY +TIME +CMD"), lines::toString);
    assertTrue(lines.get(1).matches(".* " + container.pid() + " .*sh -c .*"), lines::toString);
  }

  @Test
  void optionsOfTheHostsPs() {
    assumeNotCrun();
    Container container = box.started(box.bundle().sleeping());

    assertEquals(
        List.of("    PID COMMAND", String.format("%7d sleep", container.pid())),
        box
            .runtime()
            .raw("ps", container.id(), "-o", "pid,comm", "-p", Integer.toString(container.pid()))
            .succeeds()
            .lines()
            .stream()
            .map(line -> line.startsWith("  PID") ? "  " + line : line)
            .map(
                line ->
                    line.matches("^ *\\d+ .*") ? String.format("%7d sleep", container.pid()) : line)
            .toList());
  }

  @Test
  void optionsAfterTheIdAreThePs() {
    assumeNotCrun();
    Container container = box.started(box.bundle().sleeping());

    // -f is the host's "full format" here, and not --format.
    Result result = box.runtime().raw("ps", container.id(), "-f", "-e");

    assertTrue(result.succeeds().lines().getFirst().startsWith("UID "), result::toString);
  }

  @Test
  void outputWithoutPids() {
    assumeNotCrun();
    Container container = box.started(box.bundle().sleeping());

    assertEquals(
        "couldn't find PID field in ps output",
        box.runtime().raw("ps", container.id(), "-o", "comm").exits(1).error());
  }

  @Test
  void thePsFails() {
    assumeNotCrun();
    Container container = box.started(box.bundle().sleeping());

    String error = box.runtime().raw("ps", container.id(), "--bogus").exits(1).error();

    assertTrue(error.startsWith("exit status 1: error: unknown gnu long option"), error);
  }

  @Test
  void noPsOnTheHost() {
    assumeNotCrun();
    Container container = box.started(box.bundle().sleeping());
    // By its path: without PATH the runtime itself is not found.
    Path self = Path.of(box.host("sh", "-c", "command -v " + box.runtime().executable()));

    String error =
        box.runtime()
            .at(self)
            .withEnvironment("PATH", "/nonexistent")
            .ps(container.id())
            .exits(1)
            .error();

    assertTrue(error.startsWith("exec: \"ps\": executable file not found in $PATH"), error);
  }

  @Test
  void anotherFormat() {
    assumeNotCrun();
    Container container = box.started(box.bundle().sleeping());

    assertEquals(
        "invalid format option", box.runtime().ps(container.id(), "-f", "xml").exits(1).error());
  }

  @Test
  void aStoppedContainerHasNone() {
    assumeNotCrun();
    Container container = box.started(box.bundle().args("true")).await("stopped");

    assertEquals("null\n", box.runtime().ps(container.id(), "-f", "json").succeeds().stdout());
    assertEquals(1, box.runtime().ps(container.id()).succeeds().lines().size());
  }

  @Test
  void withoutAnId() {
    assumeNotCrun();
    String error = box.runtime().raw("ps").exits(1).error();

    assertTrue(error.endsWith("\"ps\" requires a minimum of 1 argument(s)"), error);
  }
}
