package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.GlobalOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The flags before a command's name, and what a wrong command line gets. */
class GlobalFlagsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private OciRuntime bare() {
    return box.runtime().with(GlobalOptions.root(null));
  }

  private String root() {
    return "--root=" + box.root();
  }

  private void assumeNotCrun() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has other texts");
  }

  private void assumeProa(String why) {
    assumeTrue(box.kind() == RuntimeKind.PROA, why);
  }

  // Wrong command lines

  @Test
  void unknownCommandsAreTopics() {
    assumeNotCrun();
    Result result = box.runtime().raw("foo").exits(3);

    assertEquals("No help topic for 'foo'", result.error().strip());
    assertEquals("No help topic for 'bar'", bare().raw("help", "bar").exits(3).error().strip());
  }

  @ParameterizedTest
  @CsvSource({
    "--nosuch list, nosuch",
    "-x, x",
    "list --nosuch, nosuch",
    "ps --nosuch=1 id, nosuch",
    "pause -nosuch id, nosuch"
  })
  void unknownFlags(String line, String flag) {
    assumeNotCrun();
    Result result = bare().raw(line.split(" ")).exits(1);

    assertEquals("flag provided but not defined: -" + flag, result.error());
  }

  @ParameterizedTest
  @CsvSource({"--root, root", "--log, log", "create --bundle, bundle", "ps -f, f"})
  void flagsWithoutTheirValue(String line, String flag) {
    assumeNotCrun();
    assertEquals("flag needs an argument: -" + flag, bare().raw(line.split(" ")).exits(1).error());
  }

  @ParameterizedTest
  @CsvSource({
    "create, exactly 1",
    "start, exactly 1",
    "state, exactly 1",
    "delete, exactly 1",
    "kill, a minimum of 1",
    "kill a b c, a maximum of 2",
    "list a, exactly 0",
    "features a, exactly 0"
  })
  void numberOfArguments(String line, String wanted) {
    assumeNotCrun();
    String error = bare().raw(line.split(" ")).exits(1).error();

    assertTrue(
        error.endsWith("\"" + line.split(" ")[0] + "\" requires " + wanted + " argument(s)"),
        error);
  }

  @Test
  void aWrongCommandLineIsLogged() {
    assumeNotCrun();
    Path log = box.folder().resolve("log");

    box.runtime().with(box.runtime().globals().withLog(log, "json")).raw("pause", "--nosuch", "x");

    JsonNode record = OciRuntime.json(HostFiles.read(log).lines().toList().getLast());
    assertEquals("error", record.path("level").asText());
    assertEquals("flag provided but not defined: -nosuch", record.path("msg").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "resume", "ps", "events", "update", "help"})
  void helpWithAnExample(String command) {
    assumeProa("the example is proa's");
    String help = bare().raw(command, "--help").succeeds().stdout();

    assertTrue(help.contains("Example"), help);
    assertTrue(help.contains("proa " + command), help);
    assertEquals(help, bare().raw("help", command).succeeds().stdout());
  }

  // Logs

  @Test
  void debugTellsWhatIsDone() {
    assumeNotCrun();
    Bundle bundle = box.bundle().sleeping();
    Path log = box.folder().resolve("log");
    OciRuntime debugging =
        box.runtime().with(box.runtime().globals().withLog(log, "json").withDebug());

    box.create(bundle, CreateOptions.bundle(bundle.write()), debugging);

    List<String> records = HostFiles.read(log).lines().toList();
    assertTrue(records.size() > 2, records::toString);
    for (String record : records) {
      assertEquals("debug", OciRuntime.json(record).path("level").asText(), record);
    }
  }

  @Test
  void withoutDebugNothingIsLogged() {
    Bundle bundle = box.bundle().sleeping();
    Path log = box.folder().resolve("log");
    OciRuntime quiet = box.runtime().with(box.runtime().globals().withLog(log, "text"));

    box.create(bundle, CreateOptions.bundle(bundle.write()), quiet);

    assertEquals("", HostFiles.read(log));
  }

  @Test
  void logToAFileInCrunsForm() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "crun's form");
    Path log = box.folder().resolve("log");

    bare().raw(root(), "--log", "file:" + log, "start", "nope").exits(1);

    assertTrue(HostFiles.read(log).contains("does not exist"), HostFiles.read(log));
  }

  @Test
  void logLevels() {
    assumeProa("the Debian peers have no --log-level");
    Bundle bundle = box.bundle().args("true");
    bundle.write();

    Result debug =
        bare()
            .raw(
                root(),
                "--log-level=debug",
                "run",
                "--bundle",
                bundle.folder().toString(),
                box.owns(bundle.name(), box.runtime()))
            .exits(0);
    assertTrue(debug.stderr().contains("level=debug"), debug::toString);
    assertEquals("unknown log-level: x", bare().raw("--log-level", "x", "list").exits(1).error());
  }

  @Test
  void systemLogs() {
    assumeProa("where no daemon listens, crun is silent");
    for (String target : List.of("journald:proa-it", "syslog:proa-it")) {
      Result result = bare().raw(root(), "--log", target, "start", "nope").exits(1);
      assertEquals("container does not exist", result.stderr().lines().toList().getFirst());
    }
  }

  // Others

  @ParameterizedTest
  @ValueSource(strings = {"true", "false", "auto"})
  void rootlessModes(String mode) {
    Bundle bundle = box.bundle().args("echo", "fine");
    OciRuntime with = box.runtime().with(box.runtime().globals().withRootless(mode));

    assertEquals(
        "fine",
        with.run(box.owns(bundle.name(), with), RunOptions.bundle(bundle.write()))
            .succeeds()
            .text());
  }

  @Test
  void theRootlessModeMayStandAlone() {
    assumeNotCrun();
    assertEquals("null\n", bare().raw(root(), "--rootless", "true", "list", "-f", "json").stdout());
  }

  @Test
  void criuIsIgnored() {
    assumeNotCrun();
    assertEquals(
        "null\n", bare().raw(root(), "--criu", "/usr/bin/criu", "list", "-f", "json").stdout());
  }

  @Test
  void cgroupManagers() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "crun's flag");
    assumeTrue(box.kind() != RuntimeKind.CRUN || !isHybrid(), "crun refuses hybrid cgroups");
    Bundle bundle = box.bundle().args("echo", "fine");
    bundle.write();

    Result result =
        bare()
            .raw(
                root(),
                "--cgroup-manager",
                "cgroupfs",
                "run",
                "--bundle",
                bundle.folder().toString(),
                box.owns(bundle.name(), box.runtime()));

    assertEquals("fine", result.succeeds().text());
    assertTrue(
        bare()
            .raw("--cgroup-manager", "x", "list")
            .exits(1)
            .error()
            .contains("unknown cgroup manager specified"));
  }

  @Test
  void withoutACgroup() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "crun's flag");
    assumeTrue(box.kind() != RuntimeKind.CRUN || !isHybrid(), "crun refuses hybrid cgroups");
    Bundle bundle = box.bundle().sleeping().with("/linux/resources/memory/limit", 67_108_864);
    bundle.write();
    String id = box.owns(bundle.name(), box.runtime());

    bare()
        .raw(
            root(),
            "--cgroup-manager=disabled",
            "run",
            "-d",
            "--bundle",
            bundle.folder().toString(),
            id)
        .succeeds();

    // State and the other commands are not told again.
    int pid = box.runtime().stateOf(id).path("pid").asInt();
    assertEquals(HostFiles.read("/proc/self/cgroup"), HostFiles.read("/proc/" + pid + "/cgroup"));
    assertEquals("running", box.runtime().stateOf(id).path("status").asText());
    assertTrue(box.runtime().pause(id).exit() != 0);
    if (box.kind() == RuntimeKind.PROA) {
      assertEquals("[" + pid + "]\n", box.runtime().ps(id, "-f", "json").succeeds().stdout());
      assertEquals(
          "pause " + id + ": cannot toggle freezer: cgroups not configured for container",
          box.runtime().pause(id).exits(1).error());
    }
    box.runtime().kill(id, "KILL").succeeds();
    assertEquals(0, box.runtime().deleteForce(id).exit());
    box.assertNothingLeft();
  }

  private static boolean isHybrid() {
    return !HostFiles.list(Path.of("/sys/fs/cgroup/unified")).isEmpty();
  }

  // Several at once

  @Test
  void regularExpressions() {
    assumeTrue(box.kind() != RuntimeKind.RUNC, "crun's flag");
    assumeTrue(box.kind() != RuntimeKind.CRUN || !isHybrid(), "crun refuses hybrid cgroups");
    Container one = box.started(box.bundle().sleeping());
    Container two = box.started(box.bundle().sleeping());
    Container other = box.started(box.bundle().sleeping());
    String first = one.id() + "$|" + two.id() + "$";

    box.runtime().raw("kill", "--regex", first, "KILL").succeeds();
    one.await("stopped");
    two.await("stopped");
    assertEquals("running", other.status());
    box.runtime().raw("delete", "-r", "-f", first).succeeds();

    assertEquals(other.id(), box.runtime().list("-q").succeeds().text());
  }

  @Test
  void killSendsTermToWhoDoesNotSay() {
    Container container =
        box.started(
            box.bundle()
                .shell("trap 'echo term; exit 3' TERM; echo up; while :; do usleep 9000; done"));
    dev.proa.conformance.client.Poll.until("the program", () -> container.stdout().equals("up\n"));

    box.runtime().raw("kill", container.id()).succeeds();

    container.await("stopped");
    assertEquals("up\nterm\n", container.stdout());
    assertFalse(container.stdout().isEmpty());
  }
}
