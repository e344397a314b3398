package dev.proa.cli;

import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.spec.JsonWriter;
import java.nio.charset.StandardCharsets;

/**
 * The log of {@code --log} and {@code --log-format}, in logrus' two forms.
 *
 * <p>containerd and podman read the JSON form: one record, only when the operation has failed, with
 * the whole error in {@code msg}. With a log file the error stands on stderr as plain text too;
 * without one stderr gets the record.
 */
final class Log {
  private static final Fd STDERR = new Fd(null, 2, "stderr");

  private final FileCalls files;
  private final ClockCalls clock;
  private final String file;
  private final boolean json;

  Log(Kernel kernel, String file, boolean json) {
    this.files = new FileCalls(kernel);
    this.clock = new ClockCalls(kernel);
    this.file = file;
    this.json = json;
  }

  /** Makes the file before anything can fail: callers read it even then. */
  void open() {
    if (file != null) {
      try (Fd fd = openFile()) {
        fd.number();
      }
    }
  }

  /** The one record of a failed operation. */
  void error(String message) {
    String record = record("error", message);
    if (file == null) {
      write(STDERR, record);
      return;
    }
    write(STDERR, message + "\n");
    try (Fd fd = openFile()) {
      write(fd, record);
    } catch (KernelException e) {
      write(STDERR, "--log: " + e.getMessage() + "\n");
    }
  }

  /** A record of what failed and does not count: in the file, or on stderr where there is none. */
  void warning(String message) {
    String record = record("warning", message);
    if (file == null) {
      write(STDERR, record);
      return;
    }
    try (Fd fd = openFile()) {
      write(fd, record);
    }
  }

  private Fd openFile() {
    return files.open(
        Fd.CWD,
        file,
        FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_APPEND | FileCalls.O_SYNC,
        0644);
  }

  private void write(Fd fd, String text) {
    files.writeAll(fd, text.getBytes(StandardCharsets.UTF_8));
  }

  private String record(String level, String message) {
    String time = clock.now().substring(0, 19) + "Z";
    if (json) {
      JsonWriter writer = JsonWriter.compact();
      writer.beginObject();
      writer.field("level", level);
      writer.field("msg", message);
      writer.field("time", time);
      writer.endObject();
      return new String(writer.toBytes(), StandardCharsets.UTF_8) + "\n";
    }
    return "time=\"" + time + "\" level=" + level + " msg=" + quoted(message) + "\n";
  }

  /** As logrus quotes: Go's strconv.Quote. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
