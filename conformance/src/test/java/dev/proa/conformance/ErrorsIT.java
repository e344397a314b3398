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
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong is refused with a text that callers match on, exit status 1, a log record where one
 * was asked for, and nothing left: no state, mount, cgroup or process.
 */
class ErrorsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  /**
   * A config that {@code create} refuses.
   *
   * @param runc runc's message after {@code runc create failed: }; %s stands for the bundle
   * @param proa what this project's message contains: for a wrong config the place in it
   */
  record Refused(String what, UnaryOperator<Bundle> edit, String runc, String proa) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static final String INIT = "unable to start container process: ";
  private static final String MOUNT =
      "unable to start container process: error during container init: error mounting ";

  static Stream<Refused> refusedConfigs() {
    return Stream.of(
        new Refused(
            "program not in PATH",
            b -> b.args("nosuch"),
            INIT + "exec: \"nosuch\": executable file not found in $PATH",
            "exec: \"nosuch\": executable file not found in $PATH"),
        new Refused(
            "program missing",
            b -> b.args("/nosuch"),
            INIT + "exec: \"/nosuch\": stat /nosuch: no such file or directory",
            "exec: \"/nosuch\": stat /nosuch: no such file or directory"),
        new Refused(
            "program not executable",
            b -> b.args("/etc/passwd"),
            INIT + "exec: \"/etc/passwd\": permission denied",
            "exec: \"/etc/passwd\": permission denied"),
        new Refused(
            "program is a folder",
            b -> b.args("/bin"),
            INIT + "exec: \"/bin\": permission denied",
            "exec: \"/bin\": "),
        new Refused(
            "namespace unknown",
            b -> b.namespace("foo"),
            "namespace {\"foo\" \"\"} does not exist",
            "/linux/namespaces/5/type"),
        new Refused(
            "namespace twice",
            b -> b.with("/linux/namespaces/-", Map.of("type", "pid")),
            "malformed spec file: duplicated ns {\"pid\" \"\"}",
            "/linux/namespaces"),
        new Refused(
            "namespace path missing",
            b -> b.namespace("network", "/nosuch"),
            "unable to create new parent process: namespace path: lstat /nosuch: no such file or"
                + " directory",
            "/nosuch: no such file or directory"),
        new Refused(
            "user namespace without mappings",
            b -> b.namespace("user"),
            "User namespaces enabled, but no uid mappings found.",
            "mappings"),
        new Refused(
            "mount type unknown",
            b -> b.mount("/mnt", "foofs", "x"),
            MOUNT
                + "\"x\" to rootfs at \"/mnt\": mount x:/mnt (via /proc/self/fd/6): no such device",
            "no such device"),
        new Refused(
            "mount option unknown",
            b -> b.mount("/mnt", "tmpfs", "x", "foo"),
            MOUNT
                + "\"x\" to rootfs at \"/mnt\": mount x:/mnt (via /proc/self/fd/6), data: foo: "
                + "invalid argument",
            "invalid argument"),
        new Refused(
            "bind source missing",
            b -> b.mount("/mnt", "bind", "/nosuch", "bind"),
            MOUNT + "\"/nosuch\" to rootfs at \"/mnt\": stat /nosuch: no such file or directory",
            "/nosuch: no such file or directory"),
        new Refused(
            "rootfs missing",
            b -> b.with("/root/path", "nosuch"),
            "invalid rootfs: stat %s/nosuch: no such file or directory",
            "/nosuch: no such file or directory"),
        new Refused("root absent", b -> b.without("/root"), "root must be specified", "root"),
        new Refused(
            "process absent",
            b -> b.without("/process"),
            "process property must not be empty",
            "process"),
        new Refused("args empty", b -> b.args(), "args must not be empty", "args"),
        new Refused(
            "cwd empty",
            b -> b.with("/process/cwd", ""),
            "Cwd property must not be empty",
            "/process/cwd"),
        new Refused(
            "cwd relative",
            b -> b.with("/process/cwd", "x"),
            "Cwd must be an absolute path",
            "/process/cwd"),
        new Refused(
            "args of a wrong type",
            b -> b.with("/process/args", "sh"),
            "json: cannot unmarshal string into Go struct field Process.process.args of type"
                + " []string",
            "/process/args"),
        new Refused(
            "hostname of a wrong type",
            b -> b.with("/hostname", 1),
            "json: cannot unmarshal number into Go struct field Spec.hostname of type string",
            "/hostname"),
        new Refused(
            "rlimit unknown",
            b ->
                b.with(
                    "/process/rlimits",
                    List.of(Map.of("type", "RLIMIT_FOO", "hard", 1, "soft", 1))),
            "wrong rlimit value: RLIMIT_FOO",
            "/process/rlimits/0/type"),
        new Refused(
            "sysctl outside namespaces",
            b -> b.with("/linux/sysctl", Map.of("kernel.panic", "1")),
            "sysctl \"kernel.panic\" is not in a separate kernel namespace",
            "kernel.panic"),
        new Refused(
            "hostname without a uts namespace",
            b -> b.withoutNamespace("uts"),
            "unable to set hostname without a private UTS namespace",
            "hostname"),
        new Refused(
            "masked paths without a mount namespace",
            b -> b.withoutNamespace("mount"),
            "unable to restrict sys entries without a private MNT namespace",
            "mount"),
        new Refused(
            "seccomp action unknown",
            b -> b.with("/linux/seccomp", Map.of("defaultAction", "FOO")),
            "string FOO is not a valid action for seccomp",
            "/linux/seccomp/defaultAction"),
        new Refused(
            "seccomp architecture unknown",
            b ->
                b.with(
                    "/linux/seccomp",
                    Map.of("defaultAction", "SCMP_ACT_ALLOW", "architectures", List.of("FOO"))),
            "string FOO is not a valid arch for seccomp",
            "/linux/seccomp/architectures/0"),
        new Refused(
            "rootfs propagation unknown",
            b -> b.with("/linux/rootfsPropagation", "foo"),
            "rootfsPropagation=foo is not supported",
            "/linux/rootfsPropagation"),
        new Refused(
            "device type unknown",
            b ->
                b.with(
                    "/linux/devices",
                    List.of(Map.of("path", "/dev/x", "type", "z", "major", 1, "minor", 3))),
            "invalid device type \"z\"",
            "/linux/devices/0/type"),
        new Refused(
            "mount on a file below /proc",
            b -> b.mount("/proc/version", "bind", "/etc/hostname", "bind"),
            MOUNT
                + "\"/etc/hostname\" to rootfs at \"/proc/version\": \"%s/rootfs/proc/version\" cannot be mounted because it is"
                + " inside /proc",
            "/proc/version"));
  }

  @ParameterizedTest
  @MethodSource("refusedConfigs")
  void refusedConfig(Refused refused) {
    Bundle bundle = refused.edit().apply(box.bundle());

    Result result = box.tryCreate(bundle).exits(1);

    assertEquals("", result.stdout());
    switch (box.kind()) {
      case RUNC ->
          assertEquals(
              "runc create failed: " + refused.runc().replace("%s", bundle.folder().toString()),
              result.error());
      case CRUN -> assertFalse(result.error().isEmpty(), result::toString);
      case PROA -> assertContains(refused.proa(), result);
    }
    box.assertNothingLeft();
  }

  private static void assertContains(String text, Result result) {
    assertTrue(result.error().contains(text), () -> "no '" + text + "' in\n" + result);
  }

  /** The exact message, with what runc puts before it in create and run. */
  private void assertMessage(String text, Result result) {
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
      case PROA -> assertContains(text, result);
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

    Result result = create("x-" + box.bundle().name(), box.folder().resolve("odd"));

    assertMessage("read config.json: is a directory", result);
    box.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"ociVersion\":\"1.0.2\",}", "nonsense", "\u0000"})
  void malformedJson(String text) {
    Path folder = HostFiles.folder(box.folder().resolve("bad"));
    HostFiles.write(folder.resolve("config.json"), text);

    Result result = create("x-" + box.bundle().name(), folder).exits(1);

    assertEquals("", result.stdout());
    assertFalse(result.error().isEmpty(), result::toString);
    if (box.kind() == RuntimeKind.PROA) {
      assertContains("config.json", result);
    }
    box.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "..", ".", "a b", "a:b", "ä", "../x", "a\nb"})
  void badId(String id) {
    Result result = box.runtime().create(id, CreateOptions.bundle(box.bundle().write()));

    assertMessage("invalid container ID format", result);
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
        "cannot allocate tty if runc will detach without setting console socket"
            .replace("runc", box.kind().name().toLowerCase(java.util.Locale.ROOT)),
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
    assertMessage(
        "cannot use console socket if runc will not detach or allocate tty"
            .replace("runc", box.kind().name().toLowerCase(java.util.Locale.ROOT)),
        result);
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
        result.command(),
        result.exit(),
        result.stdout(),
        result.stderr().toLowerCase(java.util.Locale.ROOT));
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

    assertEquals(1, result.stderr().lines().count(), result::toString);
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
