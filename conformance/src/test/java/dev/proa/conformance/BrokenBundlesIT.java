package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.ExecOptions;
import dev.proa.conformance.client.GlobalOptions;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broken bundles, from a misspelt word to an image for another machine: each runtime refuses them,
 * and proa says why. {@code PROA_ANSWERS=FILE} keeps what the runtime under test answers, for
 * hack/broken, which prints three runtimes' answers side by side.
 */
class BrokenBundlesIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  static Stream<BrokenCase> cases() {
    return BrokenCase.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void run(BrokenCase broken) {
    boolean leaves = box.kind() == RuntimeKind.CRUN && broken.says("crun leaves its cgroup");
    assumeFalse(leaves, "crun leaves its cgroup");
    Bundle bundle = box.bundle();
    Path folder = broken.write(bundle);

    Result result =
        box.runtime().run(box.owns(bundle.name(), box.runtime()), RunOptions.bundle(folder));

    keep(broken, result, folder);
    if (box.kind() != RuntimeKind.PROA) {
      assertTrue(
          broken.says("runs") || broken.says("peers run") || result.exit() != 0, result::toString);
      box.runtime().deleteForce(bundle.name()); // runc 1.1 leaves the state of some failures
      return;
    }
    if (broken.says("runs")) {
      assertEquals(0, result.exit(), result::toString);
      return;
    }
    assertNotEquals(0, result.exit(), result::toString);
    for (String error : broken.expected("error")) {
      assertTrue(result.error().contains(error), () -> "no error '" + error + "' in\n" + result);
    }
    for (String hint : broken.expected("hint")) {
      assertTrue(
          result.stderr().lines().anyMatch(l -> l.startsWith("hint: ") && l.contains(hint)),
          () -> "no hint '" + hint + "' in\n" + result);
    }
    box.assertNothingLeft();
  }

  private static void keep(BrokenCase broken, Result result, Path folder) {
    String file = System.getenv("PROA_ANSWERS");
    if (file == null) {
      return;
    }
    String answer = result.stderr().isBlank() ? "(runs)" : result.stderr().strip();
    String hidden = answer.replace(folder.toString(), "BUNDLE").replace("\n", "\\n");
    try {
      Files.writeString(
          Path.of(file),
          broken.name() + "\t" + result.exit() + "\t" + hidden + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void validate(BrokenCase broken) {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no such command");
    Path folder = broken.write(box.bundle());

    Result result = validate(folder);

    List<String> errors = broken.expected("validate");
    assertEquals(errors.isEmpty() ? 0 : 1, result.exit(), result::toString);
    List<String> lines = result.lines();
    for (String error : errors) {
      assertTrue(
          lines.stream().anyMatch(l -> l.contains(error) && !l.contains(" warning: ")),
          () -> "no '" + error + "' in\n" + result);
    }
    for (String warning : broken.expected("warning")) {
      assertTrue(
          lines.stream()
              .anyMatch(
                  l ->
                      l.contains(" warning: " + warning)
                          || (l.contains(" warning: ") && l.contains(warning))),
          () -> "no warning '" + warning + "' in\n" + result);
    }
    for (String help : broken.expected("help")) {
      assertTrue(
          lines.stream().anyMatch(l -> l.startsWith("  help: ") && l.contains(help)),
          () -> "no help '" + help + "' in\n" + result);
    }
  }

  private Result validate(Path folder, String... options) {
    String[] all =
        Stream.concat(Stream.of("validate", "-b", folder.toString()), Stream.of(options))
            .toArray(String[]::new);
    return box.runtime().with(GlobalOptions.root(null)).raw(all);
  }

  @Test
  void aRightBundleIsValid() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no such command");
    Path folder = box.bundle().write();

    Result result = validate(folder).exits(0);

    assertEquals(List.of(folder + "/config.json: valid"), result.lines());
  }

  @Test
  void aCaretStandsBelowTheMistake() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no such command");
    Path folder = box.bundle().with("/process/cwd", "here").write();

    List<String> lines = validate(folder).exits(1).lines();

    assertEquals(lines.get(1).indexOf("\"here\""), lines.get(2).indexOf('^'));
  }

  @Test
  void jsonForPrograms() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no such command");
    Path folder = box.bundle().with("/process/cwd", "here").with("/root/x", 1).write();

    JsonNode json = OciRuntime.json(validate(folder, "--json").exits(1).stdout());

    assertEquals(1, json.path("errors").asInt());
    assertEquals(1, json.path("warnings").asInt());
    assertEquals("/process/cwd", json.path("findings").path(0).path("pointer").asText());
  }

  @Test
  void warningsFailOnRequestOnly() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no such command");
    Path folder = box.bundle().with("/root/x", 1).write();

    validate(folder).exits(0);
    validate(folder, "--strict").exits(1);
    box.runtime().with(GlobalOptions.root(null)).raw("validate", "/nosuch/config.json").exits(2);
  }

  @Test
  void execHasHintsToo() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no hints");
    Container container =
        box.started(
            box.bundle()
                .file("/bin/script", "#!/bin/nosuch\n")
                .file("/bin/text", "no program\n")
                .sleeping());
    Path rootfs = container.bundle().rootfs();
    HostFiles.mode(rootfs.resolve("bin/script"), 0755);
    HostFiles.mode(rootfs.resolve("bin/text"), 0644);

    assertEquals(
        List.of(
            "hint: /bin/script is a script for /bin/nosuch, which the root file system lacks",
            "hint: install nosuch in the image"),
        hints(container, "script"));
    assertEquals(
        List.of("hint: /bin/text has no execute bit (mode 0644)", "hint: chmod +x it in the image"),
        hints(container, "/bin/text"));
    assertEquals(1, hints(container, "nosuch").size());
  }

  private List<String> hints(Container container, String program) {
    Result result = box.runtime().exec(container.id(), ExecOptions.none(), program).exits(255);
    return result.stderr().lines().filter(line -> line.startsWith("hint: ")).toList();
  }

  @Test
  void hintsStayAwayFromPrograms() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc and crun have no hints");
    Bundle bundle = box.bundle().args("slepe");
    Path folder = bundle.write();
    GlobalOptions globals = box.runtime().globals();

    Result logged =
        box.runtime()
            .with(globals.withLog(box.folder().resolve("log"), "json"))
            .run(bundle.name(), RunOptions.bundle(folder));
    Result asked =
        box.runtime().raw("--no-hints", "run", "--bundle", folder.toString(), bundle.name());

    assertEquals(1, logged.stderr().lines().count(), logged::toString);
    assertEquals(1, asked.stderr().lines().count(), asked::toString);
  }
}
