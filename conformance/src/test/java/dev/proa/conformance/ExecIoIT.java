package dev.proa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.proa.conformance.client.CreateOptions;
import dev.proa.conformance.client.Execution;
import dev.proa.conformance.client.Launcher;
import dev.proa.conformance.client.OciRuntime;
import dev.proa.conformance.client.Result;
import dev.proa.conformance.client.RuntimeKind;
import dev.proa.conformance.host.DescriptorSocket;
import dev.proa.conformance.host.HostFiles;
import dev.proa.conformance.host.SeccompListener;
import dev.proa.conformance.host.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@code exec}: how the process is connected: streams, terminals, descriptors, sockets, pid files.
 */
class ExecIoIT extends Executing {
  @Test
  void standardStreams() {
    Container container = sleeping();
    Execution execution =
        begin(container, Launcher.Stdin.PIPE, "ID", "sh", "-c", "cat; echo e >&2");
    execution.type("typed\n");
    execution.closeStdin();

    Result result = execution.await().exits(0);

    assertEquals("typed\n", result.stdout());
    assertEquals("e\n", result.stderr());
  }

  @Test
  void detached() {
    Container container = sleeping();
    Path pidFile = box.folder().resolve("pid");
    Path file = process("args", List.of("sleep", "1001"));

    exec(
            container,
            "--process",
            file.toString(),
            "--detach",
            "--pid-file",
            pidFile.toString(),
            "ID")
        .succeeds();

    String pid = HostFiles.read(pidFile);
    assertTrue(pid.matches("[0-9]+"), pid);
    assertEquals("sleep\0" + "1001\0", HostFiles.read(Path.of("/proc/" + pid + "/cmdline")));
    assertEquals(
        HostFiles.target("/proc/" + container.pid() + "/ns/pid"),
        HostFiles.target("/proc/" + pid + "/ns/pid"));
  }

  @Test
  void detachedThatFailsLeavesNoPidFile() {
    Container container = sleeping();
    Path pidFile = box.folder().resolve("pid");

    exec(container, "-d", "--pid-file", pidFile.toString(), "ID", "nothing").exits(255);

    assertFalse(Files.exists(pidFile)); // by which conmon knows
  }

  @Test
  void terminalBySocket() {
    Container container = sleeping();
    try (DescriptorSocket socket = DescriptorSocket.listen(box.folder().resolve("console"))) {
      Execution execution =
          begin(
              container,
              Launcher.Stdin.NULL,
              "--console-socket",
              socket.path().toString(),
              "--tty",
              "--detach",
              "ID",
              "sh",
              "-c",
              "tty; test -t 0 && test -t 1 && test -t 2 && echo three; read x; echo [$x]");
      DescriptorSocket.Message message = socket.receive();
      execution.await().succeeds();
      assertEquals(1, message.descriptors().size());
      try (Terminal terminal = new Terminal(message.descriptors().getFirst())) {
        String seen = terminal.await(text -> text.contains("three"));
        assertTrue(seen.startsWith("/dev/pts/"), seen);
        terminal.type("typed\n").await(text -> text.contains("[typed]"));
      }
    }
  }

  @Test
  void terminalInTheForeground() {
    Container container = sleeping();
    String line =
        box.runtime()
            .shellLine("exec", "-t", container.id(), "sh", "-c", "'tty; stty size; exit 3'");

    // script(1) gives the runtime a terminal
    Result result =
        box.begin(
                "script",
                "-qec",
                "stty rows 33 cols 111; " + line,
                box.folder().resolve("typescript").toString())
            .await()
            .exits(3);

    assertTrue(result.stdout().matches("(?s).*/dev/pts/\\d+\r\n33 111\r\n.*"), result::toString);
  }

  @Test
  void terminalWithoutASocket() {
    Container container = sleeping();

    Result result = exec(container, "-t", "-d", "ID", "true").exits(255);

    assertTrue(
        result
            .error()
            .contains("cannot allocate tty if runc will detach without setting console socket"),
        result::toString);
  }

  @Test
  void pidfdSocket() {
    assumeTrue(box.kind() == RuntimeKind.PROA, "newer than runc 1.1.5");
    Container container = sleeping();
    try (DescriptorSocket socket = DescriptorSocket.listen(box.folder().resolve("pidfd"))) {
      Execution execution =
          begin(
              container,
              Launcher.Stdin.NULL,
              "--pidfd-socket",
              socket.path().toString(),
              "-d",
              "ID",
              "sleep",
              "1002");
      DescriptorSocket.Message message = socket.receive();
      execution.await().succeeds();
      assertEquals("setns", message.text());
      int pidfd = message.descriptors().getFirst();
      String info = HostFiles.read(Path.of("/proc/self/fdinfo/" + pidfd));
      String pid = info.replaceAll("(?s).*\nPid:\t([0-9]+)\n.*", "$1");
      assertEquals("sleep\0" + "1002\0", HostFiles.read(Path.of("/proc/" + pid + "/cmdline")));
    }
  }

  @Test
  void preserveFds() {
    Container container = sleeping();
    String line =
        box.runtime()
            .shellLine(
                "exec",
                "--preserve-fds=2",
                container.id(),
                "sh",
                "-c",
                "'cat <&3; cat <&4; ls /proc/self/fd | wc -l'");

    Result result =
        box.begin("sh", "-c", line + " 3<<A 4<<B 5<<C\nthree\nA\nfour\nB\nfive\nC\n")
            .await()
            .exits(0);

    // 0 1 2 3 4 and the folder that ls reads
    assertEquals(List.of("three", "four", "6"), result.lines());
  }

  @Test
  void nothingElseIsInherited() {
    Container container = sleeping();
    String line = box.runtime().shellLine("exec", container.id(), "ls", "-l", "/proc/self/fd");

    Result result = box.begin("sh", "-c", line + " 7</etc/passwd").await().exits(0);

    assertFalse(result.stdout().contains("passwd"), result::toString);
  }

  @Test
  void aSeccompAgentHearsOfIt() {
    try (DescriptorSocket socket = DescriptorSocket.listen(box.folder().resolve("agent"))) {
      Bundle bundle = box.bundle().sleeping();
      bundle.with(
          "/linux/seccomp",
          Map.of(
              "defaultAction",
              "SCMP_ACT_ALLOW",
              "listenerPath",
              socket.path().toString(),
              "syscalls",
              List.of(Map.of("names", List.of("mkdir", "mkdirat"), "action", "SCMP_ACT_NOTIFY"))));
      Execution create =
          box.runtime()
              .beginCreate(
                  box.owns(bundle.name(), box.runtime()),
                  CreateOptions.bundle(bundle.write()),
                  Launcher.Stdin.NULL);
      socket.receive();
      create.await().succeeds();
      box.runtime().start(bundle.name()).succeeds();

      Execution execution =
          box.runtime()
              .begin(List.of("exec", bundle.name(), "mkdir", "/tmp/x"), Launcher.Stdin.NULL);
      DescriptorSocket.Message message = socket.receive();
      try (SeccompListener listener = new SeccompListener(message.descriptors().getFirst())) {
        listener.answer(-28);
      }

      JsonNode told = OciRuntime.json(message.text());
      assertEquals("running", told.path("state").path("status").asText(), told::toString);
      assertFalse(told.path("pid").asInt() == told.path("state").path("pid").asInt());
      assertTrue(execution.await().exits(1).stderr().contains("No space left on device"));
    }
  }
}
