package dev.proa.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.kernel.LinuxKernel;
import dev.proa.spec.ConfigCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HintsTest {
  @TempDir Path bundle;

  private List<String> hints(String config, String error) {
    Hints hints = new Hints(new LinuxKernel(), error);
    byte[] text = config.getBytes(StandardCharsets.UTF_8);
    hints.ofBundle(ConfigCheck.of("config.json", text).spec(), bundle.toString());
    return hints.lines();
  }

  private static String config(String program, String more) {
    return "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"process\": {\"cwd\": \"/\","
        + " \"args\": [\""
        + program
        + "\"], \"env\": [\"PATH=/bin\"]}"
        + more
        + "}";
  }

  private void program(String path, String content) throws IOException {
    Path file = bundle.resolve("rootfs" + path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aScriptThatLacksItsInterpreter() throws IOException {
    program("/app", "#!/bin/bash\n");
    program("/bin/sh", "\177ELF");

    assertEquals(
        List.of(
            "/app is a script for /bin/bash, which the root file system lacks",
            "install bash in the image, or write the script for /bin/sh"),
        hints(config("/app", ""), "exec /app: no such file or directory"));
  }

  @Test
  void aLinkIsFollowedInTheRootAndNotOnTheHost() throws IOException {
    program("/bin/x", "");
    Files.createSymbolicLink(bundle.resolve("rootfs/app"), Path.of("/etc/passwd"));

    assertEquals(
        List.of("/app is a symbolic link to /etc/passwd, which the root file system lacks"),
        hints(config("/app", ""), "exec: \"/app\": stat /app: no such file or directory"));
  }

  @Test
  void anEmptyRootWhoseMountPointsWereMade() throws IOException {
    Files.createDirectories(bundle.resolve("rootfs/proc"));
    String proc = ", \"mounts\": [{\"destination\": \"/proc\", \"type\": \"proc\"}]";

    assertEquals(
        "the root file system is empty",
        hints(config("sh", proc), "exec: \"sh\": executable file not found in $PATH").getFirst());
  }

  @Test
  void aMisspeltProgram() throws IOException {
    program("/bin/sleep", "x");

    assertEquals(
        List.of("\"slepe\" is in no folder of the PATH (/bin)", "did you mean /bin/sleep?"),
        hints(config("slepe", ""), "exec: \"slepe\": executable file not found in $PATH"));
  }

  @Test
  void onlyTheSectionThatTheErrorNames() throws IOException {
    program("/bin/sleep", "x");
    String mount =
        ", \"mounts\": [{\"destination\": \"/a\", \"type\": \"bind\", \"source\": \"/nosuch1\"},"
            + " {\"destination\": \"/b\", \"type\": \"bind\", \"source\": \"/nosuch2\"}]";

    assertEquals(
        List.of("nothing is at /nosuch2 on this host", "make it, or take the mount out"),
        hints(config("slepe", mount), "mounts[1]: open_tree(…): no such file or directory"));
  }

  @Test
  void aHookWithItsLastWords() {
    String hooks = ", \"hooks\": {\"createRuntime\": [{\"path\": \"/bin/sh\"}]}";

    assertEquals(
        List.of("the hook is /bin/sh, and it ended so: exit status 3", "its last words: bye"),
        hints(
            config("x", hooks),
            "error running createRuntime hook #0: exit status 3, stdout: , stderr: hello\nbye\n"));
  }

  /** podman would answer 126 for what is 127: the hook's own words are not the error's. */
  @Test
  void noWordThatEnginesLookFor() {
    Hints hints = new Hints(new LinuxKernel(), "exec: \"x\": executable file not found in $PATH");
    hints.add("its last words: Permission denied");
    hints.add("the container does not exist");
    hints.add("fine");
    assertEquals(List.of("fine"), hints.lines());
  }
}
