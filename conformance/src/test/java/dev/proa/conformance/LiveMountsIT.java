package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code mounts}: mounts of a running container, as newer crun changes them. */
class LiveMountsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void peers() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "runc has no such command, crun 1.8.1 neither");
  }

  private Path source() {
    Path source = HostFiles.folder(box.folder().resolve("source"));
    HostFiles.write(source.resolve("file"), "of the host\n");
    return source;
  }

  private String mounts(String json) {
    Path file = box.folder().resolve("mounts.json");
    HostFiles.write(file, json);
    return file.toString();
  }

  private Result in(Container container, String... command) {
    List<String> words = new ArrayList<>(List.of("exec", container.id()));
    words.addAll(List.of(command));
    return box.runtime().raw(words.toArray(String[]::new));
  }

  private String bind(Path source, String... options) {
    return "[{\"destination\": \"/mnt\", \"type\": \"bind\", \"source\": \""
        + source
        + "\", \"options\": [\"bind\""
        + (options.length == 0 ? "" : ", \"" + String.join("\", \"", options) + "\"")
        + "]}]";
  }

  @Test
  void addAndRemove() {
    Container container = box.started(box.bundle().writable().sleeping());
    String file = mounts(bind(source(), "ro"));

    box.runtime().raw("mounts", "add", container.id(), file).succeeds();

    assertEquals("of the host", in(container, "cat", "/mnt/file").succeeds().text());
    assertTrue(in(container, "touch", "/mnt/x").stderr().contains("Read-only file system"));
    JsonNode list = OciRuntime.json(box.runtime().raw("mounts", "list", container.id()).stdout());
    JsonNode last = list.get(list.size() - 1);
    assertEquals("/mnt", last.path("destination").asText());
    assertEquals("ro", last.path("options").get(0).asText());
    assertFalse(box.host("cat", "/proc/self/mountinfo").contains("/source"));

    box.runtime().raw("mounts", "remove", container.id(), file).succeeds();

    in(container, "cat", "/mnt/file").exits(1);
    assertEquals(
        list.size() - 1,
        OciRuntime.json(box.runtime().raw("mounts", "list", container.id()).stdout()).size());
  }

  @Test
  void inAUserNamespace() {
    Container container =
        box.started(box.bundle().userNamespace(100_000, 65_536).writable().sleeping());
    String file =
        mounts(
            "{\"mounts\": [{\"destination\": \"/mnt\", \"type\": \"tmpfs\", \"source\": \"t\","
                + " \"options\": [\"mode=700\"]}]}");

    box.runtime().raw("mounts", "add", container.id(), file).succeeds();

    assertEquals("0 700", in(container, "stat", "-c", "%u %a", "/mnt").succeeds().text());
  }

  @Test
  void itNeverLeavesTheRootFileSystem() {
    Bundle bundle = box.bundle().writable().sleeping();
    Container container = box.started(bundle);
    in(container, "sh", "-c", "rmdir /mnt; ln -s /../../../../../../tmp /mnt").succeeds();

    box.runtime().raw("mounts", "add", container.id(), mounts(bind(source()))).succeeds();

    assertFalse(box.host("cat", "/proc/self/mountinfo").contains("/source"));
    assertEquals("of the host", in(container, "cat", "/tmp/file").succeeds().text());
  }

  @Test
  void refused() {
    Container container = box.started(box.bundle().sleeping());

    Result relative =
        box.runtime()
            .raw("mounts", "add", container.id(), mounts("[{\"destination\": \"mnt\"}]"))
            .exits(1);
    Result missing =
        box.runtime()
            .raw("mounts", "add", container.id(), mounts(bind(Path.of("/nowhere"))))
            .exits(1);
    Result none =
        box.runtime()
            .raw("mounts", "remove", container.id(), mounts(bind(Path.of("/nowhere"))))
            .exits(1);

    assertTrue(relative.error().contains("mounts[0].destination"), relative::toString);
    assertTrue(missing.error().contains("no such file or directory"), missing::toString);
    assertTrue(none.error().contains("invalid argument"), none::toString);
  }

  @Test
  void aStoppedContainer() {
    Container container = box.started(box.bundle().args("true")).await("stopped");

    Result result =
        box.runtime().raw("mounts", "add", container.id(), mounts(bind(source()))).exits(1);

    assertTrue(result.error().contains("container not running"), result::toString);
  }
}
