package dev.proa.cli;

import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.FileCalls;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.KernelException;
import dev.proa.kernel.SocketCalls;
import dev.proa.spec.JsonWriter;
import java.nio.charset.StandardCharsets;

/**
 * The log of {@code --log} and {@code --log-format}, in logrus' two forms; also crun's targets
 * {@code journald:NAME} and {@code syslog:NAME}.
 *
 * <p>containerd and podman read the JSON form: one record, only when the operation has failed, with
 * the whole error in {@code msg}. With a log of its own the error stands on stderr as plain text
 * too; without one stderr gets the record.
 */
final class Log {
  /** How much a record matters: the lower the priority, the more. */
  enum Level {
    /** The operation has failed. */
    ERROR("error", 3),
    /** Something has failed that does not count. */
    WARNING("warning", 4),
    /** What is being done. */
    DEBUG("debug", 7);

    private final String text;
    private final int priority; // syslog(3)

    Level(String text, int priority) {
      this.text = text;
      this.priority = priority;
    }

    /** The level of that name, or null. */
    static Level of(String text) {
      for (Level level : values()) {
        if (level.text.equals(text)) {
          return level;
        }
      }
      return null;
    }
  }

  private static final Fd STDERR = new Fd(null, 2, "stderr");
  private static final String JOURNALD = "journald:";
  private static final String SYSLOG = "syslog:";
  private static final int USER = 8; // LOG_USER of syslog(3)

  private final Kernel kernel;
  private final FileCalls files;
  private final String target;
  private final boolean json;
  private final Level level;

  /** The log that these options ask for. */
  Log(Kernel kernel, GlobalOptions global) {
    this.kernel = kernel;
    this.files = new FileCalls(kernel);
    String log = global.log == null || global.log.isEmpty() ? null : global.log;
    this.target = log != null && log.startsWith("file:") ? log.substring(5) : log;
    this.json = global.logFormat.equals("json");
    this.level = global.level();
  }

  /** Makes the file before anything can fail: callers read it even then. */
  void open() {
    if (target != null && !isSocket()) {
      try (Fd fd = openFile()) {
        fd.number();
      }
    }
  }

  /** The one record of a failed operation. */
  void error(String message) {
    if (target != null) {
      write(STDERR, message + "\n");
    }
    try {
      record(Level.ERROR, message);
    } catch (KernelException e) {
      write(STDERR, "--log: " + e.getMessage() + "\n");
    }
  }

  /** A record of what failed and does not count: in the log, or on stderr where there is none. */
  void warning(String message) {
    record(Level.WARNING, message);
  }

  /** A record of what is being done. */
  void debug(String message) {
    record(Level.DEBUG, message);
  }

  private void record(Level of, String message) {
    if (of.priority > level.priority) {
      return;
    }
    if (target == null) {
      write(STDERR, text(of, message));
    } else if (isSocket()) {
      send(of, message);
    } else {
      try (Fd fd = openFile()) {
        write(fd, text(of, message));
      }
    }
  }

  private boolean isSocket() {
    return target.startsWith(JOURNALD) || target.startsWith(SYSLOG);
  }

  /** One datagram, as sd_journal_send(3) and syslog(3) write it. */
  private void send(Level of, String message) {
    boolean journal = target.startsWith(JOURNALD);
    String name = target.substring(target.indexOf(':') + 1);
    String oneLine = message.replace('\n', ' ');
    String datagram =
        journal
            ? "MESSAGE="
                + oneLine
                + "\nPRIORITY="
                + of.priority
                + "\nSYSLOG_IDENTIFIER="
                + name
                + "\n"
            : "<" + (USER | of.priority) + ">" + name + ": " + oneLine;
    SocketCalls sockets = new SocketCalls(kernel);
    try (Fd socket = sockets.socket(SocketCalls.SOCK_DGRAM)) {
      sockets.connect(socket, journal ? "/run/systemd/journal/socket" : "/dev/log");
      sockets.send(socket, datagram.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Fd openFile() {
    return files.open(
        Fd.CWD,
        target,
        FileCalls.O_WRONLY | FileCalls.O_CREAT | FileCalls.O_APPEND | FileCalls.O_SYNC,
        0644);
  }

  private void write(Fd fd, String text) {
    files.writeAll(fd, text.getBytes(StandardCharsets.UTF_8));
  }

  private String text(Level of, String message) {
    String time = new ClockCalls(kernel).now().substring(0, 19) + "Z";
    if (json) {
      JsonWriter writer = JsonWriter.compact();
      writer.beginObject();
      writer.field("level", of.text);
      writer.field("msg", message);
      writer.field("time", time);
      writer.endObject();
      return writer.line();
    }
    return "time=\"" + time + "\" level=" + of.text + " msg=" + quoted(message) + "\n";
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
