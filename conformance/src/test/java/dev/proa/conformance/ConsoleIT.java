package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RunOptions;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.DescriptorSocket;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.MountPoint;
import dev.proa.conformance.host.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code process.terminal}: the console socket, and a terminal in the foreground. */
class ConsoleIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private Bundle terminal(String script) {
    return box.bundle().with("/process/terminal", true).shell(script);
  }

  /** Creates a container and takes its terminal as conmon and containerd do. */
  private Terminal created(Bundle bundle) {
    try (DescriptorSocket socket = DescriptorSocket.listen(box.folder().resolve("console"))) {
      Execution create =
          box.runtime()
              .beginCreate(
                  box.owns(bundle.name(), box.runtime()),
                  CreateOptions.bundle(bundle.write()).withConsoleSocket(socket.path()),
                  Launcher.Stdin.NULL);
      DescriptorSocket.Message message = socket.receive();
      create.await().succeeds();
      // One descriptor, and a name that conmon holds in a buffer of 4096 bytes.
      assertEquals(1, message.descriptors().size());
      assertTrue(message.data().length >= 1 && message.data().length < 4096, message::text);
      return new Terminal(message.descriptors().getFirst());
    }
  }

  @Test
  void consoleSocket() {
    Bundle bundle =
        terminal("tty; test -t 0 && test -t 1 && test -t 2 && echo three; read x; echo [$x]");
    try (Terminal terminal = created(bundle)) {
      box.runtime().start(bundle.name()).succeeds();
      terminal.await(text -> text.contains("three"));
      terminal.type("typed\n");

      String shown = terminal.await(text -> text.contains("[typed]"));

      assertTrue(shown.startsWith("/dev/pts/0\r\n") || shown.startsWith("/dev/console\r\n"), shown);
    }
  }

  @Test
  void itIsTheControllingTerminal() {
    Bundle bundle = terminal("trap 'echo caught' INT; echo ready; read x < /dev/tty; echo [$x]");
    try (Terminal terminal = created(bundle)) {
      box.runtime().start(bundle.name()).succeeds();
      terminal.await(text -> text.contains("ready"));
      terminal.type("\u0003");
      terminal.await(text -> text.contains("caught"));
    }
  }

  @Test
  void resize() {
    Bundle bundle = terminal("trap 'stty size' WINCH; echo ready; while :; do usleep 5000; done");
    try (Terminal terminal = created(bundle)) {
      box.runtime().start(bundle.name()).succeeds();
      terminal.await(text -> text.contains("ready"));
      terminal.resize(33, 111);
      terminal.await(text -> text.contains("33 111"));
    }
  }

  @Test
  void consoleSize() {
    Bundle bundle =
        terminal("stty size").with("/process/consoleSize", Map.of("height", 25, "width", 99));
    try (Terminal terminal = created(bundle)) {
      box.runtime().start(bundle.name()).succeeds();
      terminal.await(text -> text.contains("25 99"));
    }
  }

  @Test
  void devConsoleIsTheTerminal() {
    Bundle bundle = terminal("echo through > /dev/console; cat /proc/self/mountinfo");
    try (Terminal terminal = created(bundle)) {
      box.runtime().start(bundle.name()).succeeds();
      String shown =
          terminal.await(text -> text.contains("through") && text.contains(" /dev/console "));
      assertEquals(
          "devpts",
          MountPoint.at("/dev/console", MountPoint.parse(shown.replace("\r", ""))).type());
    }
  }

  @Test
  void theTerminalBelongsToTheUser() {
    Bundle bundle =
        terminal("stat -L -c '%u %a' /proc/self/fd/0")
            .with("/process/user", Map.of("uid", 1000, "gid", 1000));
    try (Terminal terminal = created(bundle)) {
      box.runtime().start(bundle.name()).succeeds();
      terminal.await(text -> text.contains("1000 620"));
    }
  }

  @Test
  void detachedRunWithAConsoleSocket() {
    Bundle bundle = terminal("echo up; read x");
    try (DescriptorSocket socket = DescriptorSocket.listen(box.folder().resolve("console"))) {
      Execution run =
          box.runtime()
              .beginRun(
                  box.owns(bundle.name(), box.runtime()),
                  RunOptions.of(
                          CreateOptions.bundle(bundle.write()).withConsoleSocket(socket.path()))
                      .withDetach(),
                  Launcher.Stdin.NULL);
      try (Terminal terminal = new Terminal(socket.receive().descriptors().getFirst())) {
        run.await().succeeds();
        terminal.await(text -> text.contains("up"));
      }
    }
  }

  @Test
  void aConsoleSocketThatIsNotThere() {
    Bundle bundle = terminal("true");

    Result result =
        box.runtime()
            .create(
                box.owns(bundle.name(), box.runtime()),
                CreateOptions.bundle(bundle.write())
                    .withConsoleSocket(box.folder().resolve("nosuch")))
            .exits(1);

    assertTrue(
        result.error().toLowerCase(Locale.ROOT).contains("no such file or directory"),
        result::toString);
    box.assertNothingLeft();
  }

  // run in the foreground, in a terminal of script(1).

  private String runLine(Bundle bundle) {
    return box.runtime().shellLine("run", "--bundle", bundle.folder().toString(), bundle.name());
  }

  private Execution scripted(Bundle bundle, String... before) {
    bundle.write();
    String line = String.join(" ", before) + " " + runLine(bundle);
    box.owns(bundle.name(), box.runtime());
    return box.beginTyping("script", "-qec", line, "/dev/null");
  }

  @Test
  void foregroundTerminal() {
    Execution run = scripted(terminal("test -t 0 && echo tty; read x; echo [$x]; exit 5"));
    run.awaitStdout(text -> text.contains("tty"));
    run.type("typed\n");

    Result result = run.await();

    assertTrue(result.stdout().contains("[typed]\r\n"), result::toString);
    assertEquals(5, result.exit(), result::toString);
  }

  @Test
  void rawModeIsUndone() {
    Bundle bundle = terminal("true");
    bundle.write();
    String line = runLine(bundle);
    box.owns(bundle.name(), box.runtime());
    String out = box.folder().resolve("modes").toString();

    box.beginTyping(
            "script", "-qec", "stty -g > " + out + "; " + line + "; stty -g >> " + out, "/dev/null")
        .await()
        .exits(0);

    List<String> modes = HostFiles.read(out).lines().toList();
    assertEquals(2, modes.size());
    assertEquals(modes.get(0), modes.get(1));
  }

  @Test
  void foregroundTerminalTakesTheSizeAndFollowsIt() {
    Bundle bundle =
        terminal("stty size; trap 'stty size' WINCH; echo ready; while :; do usleep 5000; done");
    String tty = box.folder().resolve("tty").toString();
    Execution run = scripted(bundle, "stty rows 21 cols 77; tty > " + tty + ";");
    run.awaitStdout(text -> text.contains("21 77") && text.contains("ready"));

    box.host("stty", "-F", HostFiles.read(tty).strip(), "rows", "31", "cols", "88");
    // script(1) has no window of its own that changes: stty's change signals the foreground.
    run.awaitStdout(text -> text.contains("31 88"));
  }

  @Test
  void controlCGoesToTheContainer() {
    Bundle bundle =
        terminal("trap 'echo caught; exit 9' INT; echo ready; while :; do usleep 5000; done");
    Execution run = scripted(bundle);
    run.awaitStdout(text -> text.contains("ready"));

    run.type("\u0003");

    Result result = run.await();
    assertTrue(result.stdout().contains("caught"), result::toString);
    assertEquals(9, result.exit(), result::toString);
  }

  @Test
  void foregroundTerminalWithoutATerminalOfItsOwn() {
    Bundle bundle = terminal("echo hello");

    Result result = box.run(bundle);

    assumeTrue(box.kind() != RuntimeKind.CRUN, "crun fails or not by version");
    if (box.kind() == RuntimeKind.PROA) {
      // Lenient on purpose: the container has its terminal, and the streams need not be one.
      assertEquals(List.of("hello"), result.succeeds().lines());
      box.assertNothingLeft();
      return;
    }
    // runc wants a terminal of its own, among its streams or as /dev/tty.
    result.exits(1);
    assertEquals("", result.stdout());
    assertTrue(
        result.error().contains("no such device or address") || result.error().contains("console"),
        result::toString);
    box.assertNothingLeft();
  }
}
