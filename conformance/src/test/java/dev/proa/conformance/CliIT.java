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
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line apart from containers: version, features, spec, flags and their errors. */
class CliIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void versionIsReadableForItsCallers() {
    List<String> lines = box.runtime().version().succeeds().lines();

    // moby splits at "version", go-runc wants "NAME version " at the start.
    assertTrue(lines.getFirst().matches("(runc|crun|proa) version \\S+"), lines::toString);
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("commit: ")), lines::toString);
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("spec: 1.")), lines::toString);
  }

  @Test
  void shortVersionFlag() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has no -v");
    assertEquals(
        box.runtime().version().stdout(),
        box.runtime().with(GlobalOptions.root(null)).raw("-v").succeeds().stdout());
  }

  @Test
  void featuresDocument() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun 1.8.1 has no features command");
    JsonNode features = OciRuntime.json(box.runtime().features().succeeds().stdout());

    assertEquals("1.0.0", features.path("ociVersionMin").asText());
    assertTrue(features.path("ociVersionMax").asText().startsWith("1."), features::toString);
    assertEquals(
        List.of(
            "prestart",
            "createRuntime",
            "createContainer",
            "startContainer",
            "poststart",
            "poststop"),
        strings(features.path("hooks")));
    assertTrue(
        strings(features.path("mountOptions"))
            .containsAll(
                List.of(
                    "ro",
                    "rw",
                    "nosuid",
                    "nodev",
                    "noexec",
                    "bind",
                    "rbind",
                    "rprivate",
                    "rslave",
                    "rshared",
                    "tmpcopyup")),
        features::toString);
    JsonNode linux = features.path("linux");
    assertTrue(
        strings(linux.path("namespaces"))
            .containsAll(List.of("cgroup", "ipc", "mount", "network", "pid", "user", "uts")),
        linux::toString);
    assertTrue(
        strings(linux.path("capabilities")).contains("CAP_CHECKPOINT_RESTORE"), linux::toString);
    assertTrue(linux.path("cgroup").path("v1").asBoolean(), linux::toString);
    assertTrue(linux.path("cgroup").path("v2").asBoolean(), linux::toString);
    JsonNode seccomp = linux.path("seccomp");
    assertTrue(seccomp.path("enabled").asBoolean(), linux::toString);
    assertTrue(
        strings(seccomp.path("actions"))
            .containsAll(
                List.of(
                    "SCMP_ACT_ALLOW",
                    "SCMP_ACT_ERRNO",
                    "SCMP_ACT_KILL",
                    "SCMP_ACT_KILL_PROCESS",
                    "SCMP_ACT_KILL_THREAD",
                    "SCMP_ACT_LOG",
                    "SCMP_ACT_NOTIFY",
                    "SCMP_ACT_TRACE",
                    "SCMP_ACT_TRAP")),
        seccomp::toString);
    assertTrue(
        strings(seccomp.path("operators"))
            .containsAll(
                List.of(
                    "SCMP_CMP_EQ",
                    "SCMP_CMP_GE",
                    "SCMP_CMP_GT",
                    "SCMP_CMP_LE",
                    "SCMP_CMP_LT",
                    "SCMP_CMP_MASKED_EQ",
                    "SCMP_CMP_NE")),
        seccomp::toString);
    assertTrue(strings(seccomp.path("archs")).contains("SCMP_ARCH_X86_64"), seccomp::toString);
  }

  @Test
  void featuresOfThisProject() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than the Debian peers");
    JsonNode features = OciRuntime.json(box.runtime().features().succeeds().stdout());

    assertTrue(strings(features.at("/linux/namespaces")).contains("time"), features::toString);
    List<String> options = strings(features.path("mountOptions"));
    assertTrue(options.containsAll(List.of("rro", "idmap", "ridmap")), features::toString);
    // features-linux.md: true even for a partial support; MountsIT.idmappedBind has a mount mapped.
    assertTrue(
        features.at("/linux/mountExtensions/idmap/enabled").asBoolean(),
        "linux.mountExtensions.idmap.enabled is not true");
  }

  private static List<String> strings(JsonNode array) {
    List<String> all = new ArrayList<>();
    array.forEach(each -> all.add(each.asText()));
    return all;
  }

  @Test
  void specWritesAConfigThatRuns() {
    Bundle bundle = box.bundle();

    box.runtime().spec("--bundle", bundle.folder().toString()).succeeds();

    JsonNode config = OciRuntime.json(HostFiles.read(bundle.folder().resolve("config.json")));
    assertEquals("rootfs", config.at("/root/path").asText());
    assertTrue(config.at("/root/readonly").asBoolean());
    assertTrue(config.at("/process/terminal").asBoolean());
    assertTrue(config.at("/process/noNewPrivileges").asBoolean());
    assertEquals("sh", config.at("/process/args/0").asText());
    bundle.config().setAll((com.fasterxml.jackson.databind.node.ObjectNode) config);
    bundle.with("/process/terminal", false).shell("id -u; hostname");
    bundle.with("/linux/cgroupsPath", "/" + bundle.name().replace("-b1", "") + "/b1");
    // The cgroup mount asks for a controller view that is not this test's matter.
    bundle.withoutMount("/sys/fs/cgroup");
    assertEquals(List.of("0", config.path("hostname").asText()), box.lines(bundle));
  }

  @Test
  void specRefusesToOverwrite() {
    Bundle bundle = box.bundle();
    bundle.write();
    String before = HostFiles.read(bundle.folder().resolve("config.json"));

    Result result = box.runtime().spec("--bundle", bundle.folder().toString()).exits(1);

    assertTrue(result.stderr().contains("config.json exists"), result::toString);
    assertEquals(before, HostFiles.read(bundle.folder().resolve("config.json")));
  }

  @Test
  void specRootlessHasAUserNamespace() {
    Path folder = HostFiles.folder(box.folder().resolve("spec"));

    box.runtime().spec("--bundle", folder.toString(), "--rootless").succeeds();

    JsonNode config = OciRuntime.json(HostFiles.read(folder.resolve("config.json")));
    List<String> namespaces = new ArrayList<>();
    config.at("/linux/namespaces").forEach(each -> namespaces.add(each.path("type").asText()));
    assertTrue(namespaces.contains("user"), namespaces::toString);
    assertFalse(namespaces.contains("network"), namespaces::toString);
    assertEquals(0, config.at("/linux/uidMappings/0/containerID").asInt(-1));
    assertEquals(1, config.at("/linux/uidMappings/0/size").asInt(-1));
    assertEquals(1, config.at("/linux/gidMappings/0/size").asInt(-1));
  }

  @Test
  void unknownCommand() {
    Result result = box.runtime().raw("nosuch");

    assertTrue(result.exit() != 0, result::toString);
    assertEquals("", result.stdout());
    assertTrue(result.stderr().contains("nosuch"), result::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--nosuch list", "list --nosuch", "state --nosuch x", "create --nosuch x"})
  void unknownFlag(String line) {
    Result result = box.runtime().raw(line.split(" "));

    assertTrue(result.exit() != 0, result::toString);
    assertTrue(result.stderr().contains("nosuch"), result::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "run", "start", "state", "kill", "delete"})
  void commandsWithoutAnIdFail(String command) {
    Result result = box.runtime().raw(command);

    assertTrue(result.exit() != 0, result::toString);
    assertFalse(result.stderr().isEmpty(), result::toString);
  }

  @Test
  void unknownLogFormat() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has another text");
    Result result =
        box.runtime()
            .with(box.runtime().globals().withLog(box.folder().resolve("log"), "xml"))
            .list()
            .exits(1);

    assertEquals("invalid log-format: xml", result.error());
  }

  @Test
  void unknownListFormat() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun has another text");
    assertEquals("invalid format option", box.runtime().list("-f", "xml").exits(1).error());
  }

  @Test
  void flagsInGoStyle() {
    assumeTrue(box.kind() != RuntimeKind.CRUN, "go-runc sends single dashes to runc only");
    Container container = box.create(box.bundle().sleeping());
    OciRuntime bare = box.runtime().with(GlobalOptions.root(null));

    assertEquals(container.id(), bare.raw("--root=" + box.root(), "list", "-q").succeeds().text());
    assertEquals(container.id(), bare.raw("-root", box.root().toString(), "list", "-quiet").text());
  }

  @Test
  void helpSucceeds() {
    for (String command : List.of("create", "run", "start", "state", "kill", "delete", "list")) {
      Result result = box.runtime().raw(command, "--help").exits(0);
      assertTrue(result.stdout().contains(command), result::toString);
    }
  }

  @Test
  void rootIsMadeWhenMissing() {
    Bundle bundle = box.bundle().sleeping();
    OciRuntime deep = box.runtime().with(GlobalOptions.root(box.folder().resolve("deep/er/root")));

    Container container = box.create(bundle, CreateOptions.bundle(bundle.write()), deep);

    assertTrue(Files.isDirectory(box.folder().resolve("deep/er/root/" + container.id())));
  }

  @Test
  void relativeRoot() {
    Bundle bundle = box.bundle().sleeping();
    OciRuntime relative =
        box.runtime()
            .with(GlobalOptions.root(Path.of("rel")))
            .through("sh", "-c", "cd " + box.folder() + " && exec \"$@\"", "sh");

    Container container = box.create(bundle, CreateOptions.bundle(bundle.write()), relative);

    assertTrue(Files.isDirectory(box.folder().resolve("rel/" + container.id())));
    container.start();
    assertEquals("running", container.status());
  }

  @Test
  void worksWithAnEmptyEnvironment() {
    Bundle bundle = box.bundle().args("echo", "fine");
    bundle.write();
    String path = box.host("sh", "-c", "command -v " + box.runtime().executable());

    Result result =
        box.begin(
                "env",
                "-i",
                path,
                "--root",
                box.root().toString(),
                "run",
                "--bundle",
                bundle.folder().toString(),
                box.owns(bundle.name(), box.runtime()))
            .await();

    assertEquals("fine", result.succeeds().text());
  }
}
