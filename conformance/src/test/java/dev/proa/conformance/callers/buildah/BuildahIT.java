package dev.proa.conformance.callers.buildah;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.conformance.callers.Caller;
import dev.proa.conformance.callers.CommandLine;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.host.HostFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code buildah run} and the RUN lines of {@code buildah bud}, on an image made from scratch. */
final class BuildahIT {
  @RegisterExtension static final Caller CALLER = new Caller("buildah", "buildah");

  private static final String BUSYBOX = "localhost/busybox:1";

  private static CommandLine buildah;

  @BeforeAll
  static void start() {
    Path folder = HostFiles.folder(CALLER.folder().resolve("buildah"));
    HostFiles.write(
        folder.resolve("storage.conf"),
        """
        [storage]
        driver = "vfs"
        graphroot = "%1$s/graph"
        runroot = "%1$s/run"
        """
            .formatted(folder));
    HostFiles.write(
        folder.resolve("containers.conf"),
        """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
        """);
    String runtime = CALLER.kind().name().toLowerCase(Locale.ROOT);
    Path states = HostFiles.folder(folder.resolve("states"));
    CALLER
        .run("sh", "-c", "mkdir -p /run/" + runtime + "; mount -B " + states + " /run/" + runtime)
        .succeeds();
    CALLER.watch(states);
    buildah =
        new CommandLine(
            CALLER,
            List.of("buildah"),
            Map.of(
                "CONTAINERS_STORAGE_CONF", folder.resolve("storage.conf").toString(),
                "CONTAINERS_CONF", folder.resolve("containers.conf").toString(),
                "BUILDAH_RUNTIME", CALLER.executable(),
                "HOME", folder.toString()));
    // From scratch: a root file system, and nothing beside it.
    Path rootfs = HostFiles.folder(folder.resolve("rootfs"));
    CALLER.busybox().install(rootfs);
    String container = buildah.output("from", "scratch");
    buildah.output("copy", container, rootfs.toString(), "/");
    buildah.output("config", "--env", "PATH=/bin", "--cmd", "sh", container);
    buildah.output("commit", "--quiet", "--rm", container, BUSYBOX);
  }

  private static Result in(List<String> options, String... program) {
    String container = buildah.output("from", "--pull-never", BUSYBOX);
    List<String> line = new ArrayList<>(List.of("run", "--runtime", CALLER.executable()));
    line.addAll(List.of("--network", "none"));
    line.addAll(options);
    line.add(container);
    line.add("--");
    line.addAll(List.of(program));
    Result result = buildah.run(line.toArray(String[]::new));
    buildah.output("rm", container);
    return result;
  }

  @Test
  @DisplayName("run: output, standard error apart")
  void output() {
    Result result = in(List.of(), "sh", "-c", "echo out; echo err >&2").exits(0);
    assertEquals("out", result.text());
    assertEquals("err", result.stderr().strip());
  }

  @Test
  @DisplayName("run: exit status of the program")
  void exitStatus() {
    in(List.of(), "sh", "-c", "exit 37").exits(37);
  }

  @Test
  @DisplayName("run: a program that is not there fails, and the error names it")
  void notFound() {
    Result result = in(List.of(), "nothing");
    assertTrue(result.exit() != 0, result::toString);
    assertTrue(result.stderr().contains("executable file not found"), result::toString);
  }

  @Test
  @DisplayName("run --user --workingdir --env --volume")
  void options() {
    Path shared = HostFiles.folder(CALLER.folder().resolve("shared"));
    HostFiles.write(shared.resolve("file"), "text\n");
    List<String> options =
        List.of(
            "--user",
            "1000:1000",
            "--workingdir",
            "/tmp",
            "--env",
            "A=b",
            "--volume",
            shared + ":/mnt:ro");
    String script = "echo \"$A:$PWD:$(id -u):$(id -g)\"; cat /mnt/file";
    assertEquals("b:/tmp:1000:1000\ntext", in(options, "sh", "-c", script).exits(0).text());
  }

  @Test
  @DisplayName("bud: RUN lines, their files in the image")
  void build() {
    Path context = HostFiles.folder(CALLER.folder().resolve("context"));
    HostFiles.write(
        context.resolve("Dockerfile"),
        "FROM " + BUSYBOX + "\nRUN echo one > /one\nUSER 1000\nRUN id -u > /tmp/two\n");
    bud(context).exits(0);
    String container = buildah.output("from", "--pull-never", "localhost/built:1");
    assertEquals(
        "one\n1000",
        buildah.output("run", "--network", "none", container, "--", "cat", "/one", "/tmp/two"));
    buildah.output("rm", container);
  }

  @Test
  @DisplayName("bud: a RUN line that fails fails the build")
  void buildFails() {
    Path context = HostFiles.folder(CALLER.folder().resolve("failing"));
    HostFiles.write(context.resolve("Dockerfile"), "FROM " + BUSYBOX + "\nRUN exit 9\n");
    Result result = bud(context);
    assertTrue(result.exit() != 0, result::toString);
    assertTrue(result.stderr().contains("exit status 9"), result::toString);
  }

  private static Result bud(Path context) {
    return buildah.run(
        "bud",
        "--runtime",
        CALLER.executable(),
        "--network",
        "none",
        "--pull-never",
        "--tag",
        "localhost/built:1",
        context.toString());
  }
}
