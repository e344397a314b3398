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
import org.junit.jupiter.params.provider.Arguments;
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
   * @param proa this project's message: for a wrong config each place in the file, else what was
   *     under way. {@code <id>} stands for the container's id, {@code <call>} for the system call
   *     that failed
   */
  record Refused(String what, UnaryOperator<Bundle> edit, String runc, String proa) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static final String CREATE = "create <id>: ";
  private static final String INIT = "unable to start container process: ";
  private static final String MOUNT =
      "unable to start container process: error during container init: error mounting ";

  static Stream<Refused> refusedConfigs() {
    return Stream.of(
        new Refused(
            "program not in PATH",
            b -> b.args("nosuch"),
            INIT + "exec: \"nosuch\": executable file not found in $PATH",
            CREATE + "exec: \"nosuch\": executable file not found in $PATH"),
        new Refused(
            "program missing",
            b -> b.args("/nosuch"),
            INIT + "exec: \"/nosuch\": stat /nosuch: no such file or directory",
            CREATE + "exec: \"/nosuch\": stat /nosuch: no such file or directory"),
        new Refused(
            "program not executable",
            b -> b.args("/etc/passwd"),
            INIT + "exec: \"/etc/passwd\": permission denied",
            CREATE + "exec: \"/etc/passwd\": permission denied"),
        new Refused(
            "program is a folder",
            b -> b.args("/bin"),
            INIT + "exec: \"/bin\": permission denied",
            CREATE + "exec: \"/bin\": is a directory"),
        new Refused(
            "namespace unknown",
            b -> b.namespace("foo"),
            "namespace {\"foo\" \"\"} does not exist",
            "config.json:77:16: linux.namespaces[5].type: \"foo\" is not one of "
                + oneOf("pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time")),
        new Refused(
            "namespace twice",
            b -> b.with("/linux/namespaces/-", Map.of("type", "pid")),
            "malformed spec file: duplicated ns {\"pid\" \"\"}",
            "config.json:77:16: linux.namespaces[5].type: duplicated ns \"pid\""),
        new Refused(
            "namespace path missing",
            b -> b.namespace("network", "/nosuch"),
            "unable to create new parent process: namespace path: lstat /nosuch: no such file or"
                + " directory",
            CREATE + "linux.namespaces[4].path: <call>: no such file or directory"),
        new Refused(
            "user namespace without mappings",
            b -> b.namespace("user"),
            "User namespaces enabled, but no uid mappings found.",
            "config.json:59:13: linux.uidMappings: required for a new user namespace\n"
                + "config.json:59:13: linux.gidMappings: required for a new user namespace"),
        new Refused(
            "mount type unknown",
            b -> b.mount("/mnt", "foofs", "x"),
            MOUNT
                + "\"x\" to rootfs at \"/mnt\": mount x:/mnt (via /proc/self/fd/6): no such device",
            CREATE + "mounts[6]: <call>: no such device"),
        new Refused(
            "mount option unknown",
            b -> b.mount("/mnt", "tmpfs", "x", "foo"),
            MOUNT
                + "\"x\" to rootfs at \"/mnt\": mount x:/mnt (via /proc/self/fd/6), data: foo: "
                + "invalid argument",
            CREATE + "mounts[6]: <call>: invalid argument"),
        new Refused(
            "bind source missing",
            b -> b.mount("/mnt", "bind", "/nosuch", "bind"),
            MOUNT + "\"/nosuch\" to rootfs at \"/mnt\": stat /nosuch: no such file or directory",
            CREATE + "mounts[6]: <call>: no such file or directory"),
        new Refused(
            "rootfs missing",
            b -> b.with("/root/path", "nosuch"),
            "invalid rootfs: stat %s/nosuch: no such file or directory",
            CREATE + "root: <call>: no such file or directory"),
        new Refused(
            "root absent",
            b -> b.without("/root"),
            "root must be specified",
            "config.json:1:1: root: required to create a container"),
        new Refused(
            "args empty",
            b -> b.args(),
            "args must not be empty",
            "config.json:9:14: process.args: must not be empty"),
        new Refused(
            "cwd empty",
            b -> b.with("/process/cwd", ""),
            "Cwd property must not be empty",
            "config.json:11:13: process.cwd: must not be empty"),
        new Refused(
            "cwd relative",
            b -> b.with("/process/cwd", "x"),
            "Cwd must be an absolute path",
            "config.json:11:13: process.cwd: must be an absolute path"),
        new Refused(
            "args of a wrong type",
            b -> b.with("/process/args", "sh"),
            "json: cannot unmarshal string into Go struct field Process.process.args of type"
                + " []string",
            "config.json:9:14: process.args: must be an array, not a string"),
        new Refused(
            "hostname of a wrong type",
            b -> b.with("/hostname", 1),
            "json: cannot unmarshal number into Go struct field Spec.hostname of type string",
            "config.json:28:16: hostname: must be a string, not a number"),
        new Refused(
            "rlimit unknown",
            b ->
                b.with(
                    "/process/rlimits",
                    List.of(Map.of("type", "RLIMIT_FOO", "hard", 1, "soft", 1))),
            "wrong rlimit value: RLIMIT_FOO",
            "config.json:20:16: process.rlimits[0].type: \"RLIMIT_FOO\" is not one of "
                + oneOf(
                    "RLIMIT_AS",
                    "RLIMIT_CORE",
                    "RLIMIT_CPU",
                    "RLIMIT_DATA",
                    "RLIMIT_FSIZE",
                    "RLIMIT_LOCKS",
                    "RLIMIT_MEMLOCK",
                    "RLIMIT_MSGQUEUE",
                    "RLIMIT_NICE",
                    "RLIMIT_NOFILE",
                    "RLIMIT_NPROC",
                    "RLIMIT_RSS",
                    "RLIMIT_RTPRIO",
                    "RLIMIT_RTTIME",
                    "RLIMIT_SIGPENDING",
                    "RLIMIT_STACK")
                + "; did you mean \"RLIMIT_AS\"?"),
        new Refused(
            "sysctl outside namespaces",
            b -> b.with("/linux/sysctl", Map.of("kernel.panic", "1")),
            "sysctl \"kernel.panic\" is not in a separate kernel namespace",
            "config.json:81:24: linux.sysctl[\"kernel.panic\"]: sysctl \"kernel.panic\" is not in a"
                + " separate kernel namespace"),
        new Refused(
            "hostname without a uts namespace",
            b -> b.withoutNamespace("uts"),
            "unable to set hostname without a private UTS namespace",
            "config.json:28:16: hostname: unable to set hostname without a private UTS namespace"),
        new Refused(
            "masked paths without a mount namespace",
            b -> b.withoutNamespace("mount"),
            "unable to restrict sys entries without a private MNT namespace",
            "config.json:75:21: linux.maskedPaths: unable to restrict sys entries without a private"
                + " MNT namespace\n"
                + "config.json:76:23: linux.readonlyPaths: unable to restrict sys entries without a"
                + " private MNT namespace"),
        new Refused(
            "seccomp action unknown",
            b -> b.with("/linux/seccomp", Map.of("defaultAction", "FOO")),
            "string FOO is not a valid action for seccomp",
            "config.json:81:25: linux.seccomp.defaultAction: \"FOO\" is not one of "
                + oneOf(
                    "SCMP_ACT_KILL",
                    "SCMP_ACT_KILL_PROCESS",
                    "SCMP_ACT_KILL_THREAD",
                    "SCMP_ACT_TRAP",
                    "SCMP_ACT_ERRNO",
                    "SCMP_ACT_TRACE",
                    "SCMP_ACT_ALLOW",
                    "SCMP_ACT_LOG",
                    "SCMP_ACT_NOTIFY")),
        new Refused(
            "seccomp architecture unknown",
            b ->
                b.with(
                    "/linux/seccomp",
                    Map.of("defaultAction", "SCMP_ACT_ALLOW", "architectures", List.of("FOO"))),
            "string FOO is not a valid arch for seccomp",
            "config.json:81:27: linux.seccomp.architectures[0]: \"FOO\" is not one of "
                + oneOf(
                    "SCMP_ARCH_X86",
                    "SCMP_ARCH_X86_64",
                    "SCMP_ARCH_X32",
                    "SCMP_ARCH_ARM",
                    "SCMP_ARCH_AARCH64",
                    "SCMP_ARCH_LOONGARCH64",
                    "SCMP_ARCH_M68K",
                    "SCMP_ARCH_MIPS",
                    "SCMP_ARCH_MIPS64",
                    "SCMP_ARCH_MIPS64N32",
                    "SCMP_ARCH_MIPSEL",
                    "SCMP_ARCH_MIPSEL64",
                    "SCMP_ARCH_MIPSEL64N32",
                    "SCMP_ARCH_PPC",
                    "SCMP_ARCH_PPC64",
                    "SCMP_ARCH_PPC64LE",
                    "SCMP_ARCH_S390",
                    "SCMP_ARCH_S390X",
                    "SCMP_ARCH_SH",
                    "SCMP_ARCH_SHEB",
                    "SCMP_ARCH_PARISC",
                    "SCMP_ARCH_PARISC64",
                    "SCMP_ARCH_RISCV64")),
        new Refused(
            "rootfs propagation unknown",
            b -> b.with("/linux/rootfsPropagation", "foo"),
            "rootfsPropagation=foo is not supported",
            "config.json:80:27: linux.rootfsPropagation: \"foo\" is not one of "
                + oneOf(
                    "private",
                    "rprivate",
                    "shared",
                    "rshared",
                    "slave",
                    "rslave",
                    "unbindable",
                    "runbindable")),
        new Refused(
            "device type unknown",
            b ->
                b.with(
                    "/linux/devices",
                    List.of(Map.of("path", "/dev/x", "type", "z", "major", 1, "minor", 3))),
            "invalid device type \"z\"",
            "config.json:84:16: linux.devices[0].type: \"z\" does not match ^[cbup]$"),
        new Refused(
            "mount on a file below /proc",
            b -> b.mount("/proc/version", "bind", "/etc/hostname", "bind"),
            MOUNT
                + "\"/etc/hostname\" to rootfs at \"/proc/version\": \"%s/rootfs/proc/version\" cannot be mounted because it is"
                + " inside /proc",
            CREATE + "mounts[6]: \"/proc/version\" cannot be mounted because it is inside /proc"));
  }

  private static String oneOf(String... names) {
    return "\"" + String.join("\", \"", names) + "\"";
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
      case PROA -> assertText(refused.proa().replace("<id>", bundle.name()), result);
    }
    box.assertNothingLeft();
  }

  private static void assertContains(String text, Result result) {
    assertTrue(result.error().contains(text), () -> "no '" + text + "' in\n" + result);
  }

  /** This project's exact message, in which {@code <call>} stands for a system call. */
  private static void assertText(String text, Result result) {
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
