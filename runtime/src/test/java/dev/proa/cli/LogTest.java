package dev.proa.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.Call;
import dev.proa.kernel.LinuxKernel;
import dev.proa.kernel.RecordingKernel;
import dev.proa.kernel.Sysno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {
  @TempDir Path folder;

  private static GlobalOptions options(String log, String level) {
    GlobalOptions options = new GlobalOptions();
    options.log = log;
    options.logFormat = "text";
    options.logLevel = level;
    return options;
  }

  @Test
  void levelsBelowTheWantedOneAreLeftOut() throws Exception {
    Path file = folder.resolve("log");
    for (String level : List.of("error", "warning", "debug")) {
      Log log = new Log(new LinuxKernel(), options("file:" + file, level));
      log.open();
      log.debug("d " + level);
      log.warning("w " + level);
    }
    List<String> lines = Files.readAllLines(file);
    assertEquals(3, lines.size(), lines::toString);
    assertTrue(lines.get(0).endsWith("level=warning msg=\"w warning\""), lines::toString);
    assertTrue(lines.get(1).endsWith("level=debug msg=\"d debug\""), lines::toString);
  }

  @Test
  void journaldGetsOneDatagram() {
    RecordingKernel kernel = new RecordingKernel();

    new Log(kernel, options("journald:web", null)).warning("two\nlines");

    assertEquals(
        List.of(
            "MESSAGE=two lines\\nPRIORITY=4\\nSYSLOG_IDENTIFIER=web\\n",
            "/run/systemd/journal/socket"),
        List.of(between(sent(kernel)), path(kernel)));
  }

  @Test
  void syslogGetsOneDatagram() {
    RecordingKernel kernel = new RecordingKernel();

    new Log(kernel, options("syslog:web", null)).warning("text");

    assertEquals("<12>web: text", between(sent(kernel)));
    assertEquals("/dev/log", path(kernel));
  }

  private static String sent(RecordingKernel kernel) {
    return one(kernel, Sysno.SENDTO);
  }

  private static String path(RecordingKernel kernel) {
    String call = one(kernel, Sysno.CONNECT);
    return between(call);
  }

  private static String one(RecordingKernel kernel, Sysno number) {
    List<Call> calls = kernel.calls().stream().filter(call -> call.number() == number).toList();
    assertEquals(1, calls.size(), () -> kernel.calls().toString());
    return calls.getFirst().toString();
  }

  /** What stands between the first quote and the last. */
  private static String between(String text) {
    return text.substring(text.indexOf('"') + 1, text.lastIndexOf('"'));
  }
}
