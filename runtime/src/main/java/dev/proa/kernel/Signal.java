package dev.proa.kernel;

import java.util.Locale;

/** The names and numbers of signal(7); the same on x86-64 and aarch64. */
public final class Signal {
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGQUIT = 3;
  public static final int SIGABRT = 6;
  public static final int SIGKILL = 9;
  public static final int SIGUSR1 = 10;
  public static final int SIGSEGV = 11;
  public static final int SIGUSR2 = 12;
  public static final int SIGPIPE = 13;
  public static final int SIGALRM = 14;
  public static final int SIGTERM = 15;
  public static final int SIGCHLD = 17;
  public static final int SIGCONT = 18;
  public static final int SIGSTOP = 19;
  public static final int SIGTSTP = 20;
  public static final int SIGTTIN = 21;
  public static final int SIGTTOU = 22;
  public static final int SIGURG = 23;
  public static final int SIGWINCH = 28;
  public static final int SIGSYS = 31;

  /** The first real-time signal that glibc leaves to programs. */
  public static final int SIGRTMIN = 34;

  public static final int SIGRTMAX = 64;

  private static final String[] NAMES = {
    null, "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };
  // The texts of Go's syscall.Signal: callers read them in error messages.
  private static final String[] TEXTS = {
    null,
    "hangup",
    "interrupt",
    "quit",
    "illegal instruction",
    "trace/breakpoint trap",
    "aborted",
    "bus error",
    "floating point exception",
    "killed",
    "user defined signal 1",
    "segmentation fault",
    "user defined signal 2",
    "broken pipe",
    "alarm clock",
    "terminated"
  };

  private Signal() {}

  /**
   * The number of a signal given by number or by name, with or without SIG, in any case; real-time
   * signals as {@code RTMIN+3} or {@code RTMAX-1}.
   *
   * @return 0 to 64 for a number (0 sends nothing), 1 to 64 for a name, or -1 for what is no signal
   */
  public static int parse(String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return text.length() > 2 || Integer.parseInt(text) > SIGRTMAX ? -1 : Integer.parseInt(text);
    }
    String name = text.toUpperCase(Locale.ROOT);
    if (name.startsWith("SIG")) {
      name = name.substring(3);
    }
    for (int i = 1; i < NAMES.length; i++) {
      if (NAMES[i].equals(name)) {
        return i;
      }
    }
    return switch (name) {
      case "IOT" -> SIGABRT;
      case "CLD" -> SIGCHLD;
      case "POLL" -> 29;
      case "RTMIN" -> SIGRTMIN;
      case "RTMAX" -> SIGRTMAX;
      default -> realTime(name);
    };
  }

  private static int realTime(String name) {
    boolean up = name.startsWith("RTMIN+");
    if ((!up && !name.startsWith("RTMAX-")) || name.length() < 7 || name.length() > 8) {
      return -1;
    }
    int offset = 0;
    for (int i = 6; i < name.length(); i++) {
      char digit = name.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      offset = offset * 10 + digit - '0';
    }
    return offset > SIGRTMAX - SIGRTMIN ? -1 : up ? SIGRTMIN + offset : SIGRTMAX - offset;
  }

  /** Its name, as {@code SIGTERM}; {@code SIGRTMIN+3}; or {@code signal 70} for no signal. */
  public static String name(int signal) {
    if (signal > 0 && signal < NAMES.length) {
      return "SIG" + NAMES[signal];
    }
    return signal >= SIGRTMIN && signal <= SIGRTMAX
        ? "SIGRTMIN" + (signal == SIGRTMIN ? "" : "+" + (signal - SIGRTMIN))
        : signal == 0 ? "0" : "signal " + signal;
  }

  /** Its text as Go prints it: {@code killed}, {@code signal 34}. */
  public static String describe(int signal) {
    return signal > 0 && signal < TEXTS.length
        ? TEXTS[signal]
        : signal == SIGSYS ? "bad system call" : "signal " + signal;
  }

  /** The bit of a signal in a kernel sigset_t. */
  public static long bit(int signal) {
    return 1L << (signal - 1);
  }

  static Arg arg(int signal) {
    return Arg.named(signal, name(signal));
  }
}
