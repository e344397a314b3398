package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong is refused with a text that callers match on, exit status 1, a log record where one
 * was asked for, and nothing left: no state, mount, cgroup or process.
 */
class ErrorsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static void assertContains(String text, Result result) {
    assertTrue(result.error().contains(text), () -> "no '" + text + "' in\n" + result);
  }

  /** This project's exact message, in which {@code <call>} stands for a system call. */
  static void assertText(String text, Result result) {
    String error = result.error();
    int at = text.indexOf("<call>");
    if (at < 0) {
      assertEquals(text, error);
      return;
    }
    String before = text.substring(0, at);
    String after = text.substring(at + "<call>".length());
    assertTrue(
        error.startsWith(before) && error.endsWith(after), () -> "no '" + text + "' in\n" + result);
    String call = error.substring(before.length(), error.length() - after.length());
    assertTrue(call.matches("[a-z_0-9]+\\(.*\\)"), call);
  }

  /** The exact message, with what runc puts before it in create and run. */
  private void assertMessage(String text, Result result) {
    assertMessage(text, text, result);
  }

  /** The peers' exact message and this project's. */
  private void assertMessage(String text, String proa, Result result) {
    result.exits(1);
    assertEquals("", result.stdout());
    switch (box.kind()) {
      case RUNC ->
          assertTrue(
              result.error().equals(text)
                  || result.error().equals("runc create failed: " + text)
                  || result.error().equals("runc run failed: " + text),
              result::toString);
      case CRUN -> assertFalse(result.error().isEmpty(), result::toString);
      case PROA -> assertText(proa, result);
    }
  }

  private Result create(String id, Path bundle) {
    return box.runtime().create(box.owns(id, box.runtime()), CreateOptions.bundle(bundle));
  }

  @Test
  void bundleMissing() {
    Result result = create("x-" + box.bundle().name(), Path.of("/nosuch"));

    assertMessage("chdir /nosuch: no such file or directory", result);
    box.assertNothingLeft();
  }

  @Test
  void configMissing() {
    Path empty = HostFiles.folder(box.folder().resolve("empty"));

    Result result = create("x-" + box.bundle().name(), empty);

    assertMessage("JSON specification file config.json not found", result);
    box.assertNothingLeft();
  }

  @Test
  void configIsAFolder() {
    HostFiles.folder(box.folder().resolve("odd/config.json"));

    String id = "x-" + box.bundle().name();
    Result result = create(id, box.folder().resolve("odd"));

    assertMessage(
        "read config.json: is a directory", "create " + id + ": <call>: is a directory", result);
    box.assertNothingLeft();
  }

  static Stream<Arguments> malformedTexts() {
    return Stream.of(
        Arguments.of("", "1:1: malformed JSON: the document is empty"),
        Arguments.of(
            "{", "1:2: malformed JSON: unexpected end-of-input: expected close marker for Object"),
        Arguments.of(
            "{\"ociVersion\":\"1.0.2\",}",
            "1:23: malformed JSON: unexpected character ('}' (code 125)): was expecting"
                + " double-quote to start field name"),
        Arguments.of(
            "nonsense",
            "1:1: malformed JSON: unrecognized token 'nonsense': was expecting (JSON String, Number,"
                + " Array, Object or token 'null', 'true' or 'false')"),
        Arguments.of("\u0000", "1:1: malformed JSON: not UTF-8 text"));
  }

  @ParameterizedTest
  @MethodSource("malformedTexts")
  void malformedJson(String text, String proa) {
    Path folder = HostFiles.folder(box.folder().resolve("bad"));
    HostFiles.write(folder.resolve("config.json"), text);

    Result result = create("x-" + box.bundle().name(), folder).exits(1);

    assertEquals("", result.stdout());
    assertFalse(result.error().isEmpty(), result::toString);
    if (box.kind() == RuntimeKind.PROA) {
      assertEquals("config.json:" + proa, result.error());
    }
    box.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "..", ".", "a b", "a:b", "ä", "../x", "a\nb"})
  void badId(String id) {
    Result result = box.runtime().create(id, CreateOptions.bundle(box.bundle().write()));

    assertMessage(
        "invalid container ID format", "invalid container ID format: \"" + id + "\"", result);
    box.assertNothingLeft();
  }

  @Test
  void emptyId() {
    Result result = box.runtime().create("", CreateOptions.bundle(box.bundle().write()));

    assertMessage("container id cannot be empty", result);
    box.assertNothingLeft();
  }

  @Test
  void idInUse() {
    Container container = box.create(box.bundle().sleeping());

    Result result = create(container.id(), box.bundle().write());

    assertMessage("container with given ID already exists", result);
    assertEquals("created", container.status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "start", "kill", "delete"})
  void missingContainer(String command) {
    assertMessage("container does not exist", box.runtime().raw(command, "nosuch"));
  }

  @Test
  void startTwice() {
    Container container = box.started(box.bundle().sleeping());

    assertMessage("cannot start an already running container", box.runtime().start(container.id()));
    assertEquals("running", container.status());
  }

  @Test
  void startOfAStoppedContainer() {
    Container container = box.started(box.bundle().args("true")).await("stopped");

    assertMessage("cannot start a container that has stopped", box.runtime().start(container.id()));
  }

  /** "Attempting to delete a container that is not stopped MUST ... generate an error". */
  @Test
  void deleteOfACreatedContainer() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun kill it");
    Container container = box.create(box.bundle().sleeping());

    assertMessage(
        "cannot delete container " + container.id() + " that is not stopped: created",
        box.runtime().delete(container.id()));
    assertEquals("created", container.status());
  }

  @Test
  void deleteOfARunningContainer() {
    Container container = box.started(box.bundle().sleeping());

    assertMessage(
        "cannot delete container " + container.id() + " that is not stopped: running",
        box.runtime().delete(container.id()));
    assertEquals("running", container.status());
  }

  @Test
  void killOfAStoppedContainer() {
    Container container = box.started(box.bundle().args("true")).await("stopped");

    assertMessage("container not running", box.runtime().kill(container.id(), "TERM"));
  }

  @Test
  void unknownSignal() {
    Container container = box.started(box.bundle().sleeping());

    assertMessage("unknown signal \"FOO\"", box.runtime().kill(container.id(), "FOO"));
    assertEquals("running", container.status());
  }

  @Test
  void terminalWithoutAConsoleSocket() {
    Bundle bundle = box.bundle().sleeping().with("/process/terminal", true);

    assertMessage(
        "cannot allocate tty if runc will detach without setting console socket",
        box.tryCreate(bundle));
    box.assertNothingLeft();
  }

  @Test
  void consoleSocketWithoutATerminal() {
    Bundle bundle = box.bundle().sleeping();

    Result result =
        box.runtime()
            .create(
                box.owns(bundle.name(), box.runtime()),
                CreateOptions.bundle(bundle.write())
                    .withConsoleSocket(box.folder().resolve("socket")));

    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun ignores the socket");
    assertMessage("cannot use console socket if runc will not detach or allocate tty", result);
    box.assertNothingLeft();
  }

  @Test
  void preservedDescriptorMissing() {
    Bundle bundle = box.bundle().sleeping();

    Result result =
        box.runtime()
            .create(
                box.owns(bundle.name(), box.runtime()),
                CreateOptions.bundle(bundle.write()).withPreserveFds(20));

    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun does not check");
    assertContains("unable to stat preserved-fd", result.exits(1));
    box.assertNothingLeft();
  }

  @Test
  void pidFileInAMissingFolder() {
    Bundle bundle = box.bundle().sleeping();

    Result result =
        box.runtime()
            .create(
                box.owns(bundle.name(), box.runtime()),
                CreateOptions.bundle(bundle.write()).withPidFile(Path.of("/nosuch/pid")))
            .exits(1);

    assertContains("no such file or directory", withLowerCase(result));
    box.assertNothingLeft();
  }

  private static Result withLowerCase(Result result) {
    return new Result(
        result.command(), result.exit(), result.stdout(), result.stderr().toLowerCase(Locale.ROOT));
  }

  @Test
  void programOfAnUnknownFormat() {
    Bundle bundle = box.bundle().args("/odd").file("/odd", "not a program\n");
    HostFiles.mode(bundle.rootfs().resolve("odd"), "rwxr-xr-x");

    Result result = box.run(bundle).exits(1);

    assertContains("exec format error", withLowerCase(result));
    box.assertNothingLeft();
  }

  @Test
  void theErrorIsOneLine() {
    Result result = box.tryCreate(box.bundle().args("nosuch")).exits(1);

    // Hints for people come after it, where no caller reads them: BrokenBundlesIT.
    List<String> lines = result.stderr().lines().filter(l -> !l.startsWith("hint: ")).toList();
    assertEquals(1, lines.size(), result::toString);
    assertTrue(result.stderr().endsWith("\n"));
  }

  @Test
  void jsonLogRecord() {
    Path log = box.folder().resolve("log.json");
    Bundle bundle = box.bundle().args("nosuch");
    OciRuntime logging = box.runtime().with(box.runtime().globals().withLog(log, "json"));

    Result result = logging.create(bundle.name(), CreateOptions.bundle(bundle.write())).exits(1);

    // podman reads the file as one object; containerd needs level, msg and an RFC 3339 time.
    JsonNode record = OciRuntime.json(HostFiles.read(log));
    assertEquals("error", record.path("level").asText());
    Instant time = OffsetDateTime.parse(record.path("time").asText()).toInstant();
    assertTrue(Duration.between(time, Instant.now()).abs().toSeconds() < 60, record::toString);
    assertTrue(
        withLowerCase(result).stderr().contains("executable file"), () -> "plain text: " + result);
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has another text");
    assertEquals(record.path("msg").asText(), result.stderr().strip());
    assertContains("exec: \"nosuch\": executable file not found in $PATH", result);
    box.assertNothingLeft();
  }

  @Test
  void textLogRecord() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has another text");
    Path log = box.folder().resolve("log");
    OciRuntime logging = box.runtime().with(box.runtime().globals().withLog(log, null));

    Result result = logging.state("nosuch").exits(1);

    assertEquals("container does not exist", result.stderr().strip());
    assertTrue(
        HostFiles.read(log)
            .matches(
                "time=\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)\" level=error"
                    + " msg=\"container does not exist\"\n"),
        () -> HostFiles.read(log));
  }

  @Test
  void logIsAppended() {
    Path log = box.folder().resolve("log");
    OciRuntime logging = box.runtime().with(box.runtime().globals().withLog(log, "json"));

    logging.state("nosuch").exits(1);
    logging.state("nosuch").exits(1);

    assertEquals(2, HostFiles.read(log).lines().count());
  }

  @Test
  void successLogsNothing() {
    Path log = box.folder().resolve("log.json");
    Bundle bundle = box.bundle().sleeping();
    OciRuntime logging = box.runtime().with(box.runtime().globals().withLog(log, "json"));

    box.create(bundle, CreateOptions.bundle(bundle.write()), logging).start();

    assertEquals("", HostFiles.readOrEmpty(log));
  }

  @Test
  void withoutALogTheRecordIsOnStderr() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun prints plain text");
    Result result = box.runtime().state("nosuch").exits(1);

    assertTrue(
        result.stderr().matches("time=\"[^\"]+\" level=error msg=\"container does not exist\"\n"),
        result::toString);
  }

  @Test
  void existingCgroupWithProcessesIsRefused() {
    Container first = box.create(box.bundle().sleeping());
    Bundle second = box.bundle().sleeping();
    second.with("/linux/cgroupsPath", first.bundle().cgroupsPath());

    Result result = box.tryCreate(second);

    assumeTrue(
        box.kind() == RuntimeKind.PROA, "runc refuses from 1.2 on, 1.1.5 only warns: " + result);
    assertContains("container's cgroup is not empty", result.exits(1));
    assertEquals("created", first.status());
    assertFalse(Files.exists(box.root().resolve(second.name())));
  }
}
