package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.ExecOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The executable as a file: it runs wherever it is copied to with its private folder, no container
 * can write to it (CVE-2019-5736), and what this version lacks it refuses.
 */
class ExecutableIT {
  /** Runs the rest of the command line where the original and the host's /tmp are out of sight. */
  private static final String ALONE =
      """
      original=$1 private=$2 test=$3 listing=$4; shift 4; cd / &&
      mount --bind /dev/null "$original" && mount -t tmpfs hidden "$private" &&
      mount --bind "$test" /mnt && mount -t tmpfs empty /tmp && mkdir -p "$test" &&
      mount --move /mnt "$test" || exit 99
      "$@"
      status=$?
      ls -A /tmp > "$listing"
      exit $status
      """;

  @RegisterExtension final Sandbox box = new Sandbox();

  private Path executable;

  @BeforeEach
  void onlyHere() throws IOException {
    assumeTrue(box.kind() == RuntimeKind.PROA, "about proa's own executable");
    executable = Path.of(box.host("which", box.runtime().executable())).toRealPath();
  }

  /** The folder beside the executable: as a package installs it, or as the build leaves it. */
  private Path privateFolder() {
    Path installed = executable.resolveSibling("../lib/proa").normalize();
    return Files.isDirectory(installed) ? installed : executable.resolveSibling("lib/proa");
  }

  /** Copies the executable and its private folder, and returns the copied executable. */
  private Path copy() {
    Path target = box.folder().resolve("x");
    HostFiles.folder(target.resolve("bin"));
    HostFiles.folder(target.resolve("lib"));
    box.host("cp", executable.toString(), target.resolve("bin/proa").toString());
    box.host("cp", "-r", privateFolder().toString(), target.resolve("lib/proa").toString());
    return target.resolve("bin/proa");
  }

  private Path listing() {
    return box.folder().resolve("listing");
  }

  /** A copy that has nothing but itself. */
  private OciRuntime alone() {
    return box.runtime()
        .at(copy())
        .through(
            "unshare",
            "--mount",
            "--propagation=private",
            "sh",
            "-c",
            ALONE,
            "sh",
            executable.toString(),
            privateFolder().toString(),
            box.folder().toString(),
            listing().toString());
  }

  /** Only the folder that holds this test's: what the run of all tests is called. */
  private void assertTemporaryFolderUnused() {
    Path folderOfAll = box.folder().getParent().getFileName();
    assertEquals(folderOfAll + "\n", HostFiles.read(listing()));
  }

  private static String hash(Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Result run(OciRuntime runtime, Bundle bundle) {
    return runtime.run(bundle.name(), RunOptions.bundle(bundle.write()));
  }

  private static void assertOwner(String owner, String id, Result list) {
    List<String> lines = list.succeeds().lines();
    assertEquals(2, lines.size(), list::toString);
    String[] row = lines.getLast().split(" +");
    assertEquals(List.of(id, owner), List.of(row[0], row[row.length - 1]), list::toString);
  }

  @Test
  void aCopyRunsAContainer() {
    OciRuntime copy = alone();
    Bundle bundle = box.bundle().shell("echo hello");
    box.owns(bundle.name(), box.runtime());

    assertEquals("hello\n", run(copy, bundle).succeeds().stdout());
    assertTemporaryFolderUnused();
  }

  /** The name comes from the host's user database: the one thing that needs the private folder. */
  @Test
  void aCopyListsTheOwnersName() {
    Container container = box.create(box.bundle().sleeping());

    assertOwner("root", container.id(), alone().list());
    assertTemporaryFolderUnused();
  }

  @Test
  void aCopyByARelativePath() {
    Path copy = copy();
    Container container = box.create(box.bundle().sleeping());
    OciRuntime relative =
        box.runtime()
            .at(Path.of("bin/proa"))
            .through("env", "--chdir=" + copy.getParent().getParent());

    assertOwner("root", container.id(), relative.list());
  }

  /**
   * Where a process runs from the file the kernel says ETXTBSY before it looks at the mount, except
   * to an open that truncates. A copy is used: no other process runs from it.
   */
  @Test
  void isReadOnlyWhileAContainerIsCreated() {
    Path copy = copy();
    Path exe = Path.of("/proc/" + created(copy).pid() + "/exe");
    // The very file, so that the refusal is about it and not about another one.
    assertEquals(hash(executable), hash(exe));

    FileSystemException refused =
        assertThrows(
            FileSystemException.class,
            () ->
                Files.newOutputStream(
                        exe, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                    .close());

    assertEquals("Read-only file system", refused.getReason());
    assertEquals(hash(executable), hash(copy));
  }

  /** The attack of CVE-2019-5736: hold the file, and write when nobody runs from it any more. */
  @Test
  void isReadOnlyToWhoHeldItWhenAllIsOver() {
    Path copy = copy();
    Container container = created(copy);
    Execution attacker =
        box.beginTyping(
            "sh",
            "-c",
            "exec 3< /proc/$1/exe; echo held; read go; : >> /proc/self/fd/3",
            "sh",
            Integer.toString(container.pid()));
    attacker.awaitStdout("held\n"::equals);
    box.runtime().deleteForce(container.id()).succeeds();

    Result result = attacker.type("go\n").await();

    assertNotEquals(0, result.exit(), result::toString);
    assertTrue(result.stderr().strip().endsWith(": Read-only file system"), result::toString);
    assertEquals(hash(executable), hash(copy));
  }

  private Container created(Path by) {
    Bundle bundle = box.bundle().sleeping();
    return box.create(bundle, CreateOptions.bundle(bundle.write()), box.runtime().at(by));
  }

  /** The container's process becomes the runtime's executable again, now inside the container. */
  @Test
  void isNoInterpreterForTheEntryPoint() {
    Path copy = copy();
    Bundle bundle = box.bundle().file("/entry", "#!/proc/self/exe\n").args("/entry");
    HostFiles.mode(bundle.rootfs().resolve("entry"), "rwxr-xr-x");
    box.owns(bundle.name(), box.runtime());

    Result result = run(box.runtime().at(copy), bundle);

    assertNotEquals(0, result.exit(), result::toString);
    assertEquals("", result.stdout(), result::toString);
    assertEquals(hash(executable), hash(copy));
  }

  /** The same through {@code exec}, the way in that the CVE was found at. */
  @Test
  void isNoInterpreterForExec() {
    Path copy = copy();
    Bundle bundle = box.bundle().file("/entry", "#!/proc/self/exe\n").sleeping();
    HostFiles.mode(bundle.rootfs().resolve("entry"), "rwxr-xr-x");
    Container container = box.started(bundle);

    Result result = box.runtime().at(copy).exec(container.id(), ExecOptions.none(), "/entry");

    assertNotEquals(0, result.exit(), result::toString);
    assertEquals("", result.stdout(), result::toString);
    assertEquals("running", container.status());
    assertEquals(hash(executable), hash(copy));
  }

  /** Callers that know only runc look for its name at the start of the version. */
  @Test
  void tellsRuncsVersionLineUnderItsName() {
    Path link = HostFiles.link(box.folder().resolve("runc"), executable.toString());

    String version = box.runtime().at(link).version().succeeds().stdout();

    assertTrue(version.startsWith("runc version "), version);
  }

  @Test
  void leavesTheCallersLimitOfOpenFiles() {
    Bundle bundle = box.bundle().without("/process/rlimits").shell("ulimit -Sn");
    box.owns(bundle.name(), box.runtime());
    OciRuntime limited = box.runtime().through("sh", "-c", "ulimit -Sn 777; exec \"$@\"", "sh");

    assertEquals("777\n", run(limited, bundle).succeeds().stdout());
  }
}
