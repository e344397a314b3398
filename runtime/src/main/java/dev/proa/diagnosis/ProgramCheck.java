package dev.proa.diagnosis;

import dev.proa.kernel.Stat;
import dev.proa.setup.Env;
import dev.proa.spec.Choice;
import dev.proa.spec.Process;
import dev.proa.spec.User;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** {@code process.args[0]}: whether it is there, and whether it can be executed. */
final class ProgramCheck {
  private static final String POINTER = "/process/args/0";
  private static final int ANY_EXECUTE = 0111;
  private static final List<String> FOLDERS =
      List.of(
          "/usr/local/sbin",
          "/usr/local/bin",
          "/usr/sbin",
          "/usr/bin",
          "/sbin",
          "/bin",
          "/busybox");

  private final Subject subject;
  private final Process process;
  private final Report report;
  private final Program program;

  ProgramCheck(Subject subject, Report report) {
    this.subject = subject;
    this.process = subject.spec().process();
    this.report = report;
    this.program = new Program(subject.image(), subject.host());
  }

  void check() {
    if (process.args().isEmpty() || process.args().getFirst().isEmpty()) {
      return; // another check's
    }
    String name = process.args().getFirst();
    if (name.indexOf('/') >= 0) {
      String path = name.startsWith("/") ? name : process.cwd() + "/" + name;
      if (subject.image().coveredBy(path) < 0) {
        byPath(path);
      }
      return;
    }
    byName(name);
  }

  private void byName(String name) {
    List<String> path = searchPath();
    if (path.isEmpty()) {
      report.error(
          POINTER,
          quoted(name) + " cannot be looked up: process.env has no PATH",
          "add \"PATH=/usr/bin:/bin\" to process.env, or write the whole path");
      return;
    }
    String closed = null;
    Stat closedStat = null;
    for (String folder : path) {
      String candidate = folder + "/" + name;
      if (subject.image().coveredBy(candidate) >= 0) {
        return; // a mount may bring it
      }
      Stat stat = subject.image().stat(candidate);
      if (stat == null || stat.isDirectory()) {
        continue;
      }
      if (mayExecute(candidate, stat) == null) {
        content(candidate);
        return;
      }
      closedStat = closed == null ? stat : closedStat;
      closed = closed == null ? candidate : closed;
    }
    if (closed != null) {
      access(closed, closedStat);
      return;
    }
    missing(
        quoted(name) + " is in no folder of the PATH (" + String.join(":", path) + ")",
        similar(name, path));
  }

  private List<String> searchPath() {
    List<String> folders = new ArrayList<>();
    String path = Env.value(process.env(), "PATH");
    for (String folder : path == null ? new String[0] : path.split(":")) {
      if (folder.startsWith("/")) {
        folders.add(folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder);
      }
    }
    return folders;
  }

  private void byPath(String path) {
    Stat stat = subject.image().stat(path);
    if (stat == null) {
      String link = subject.image().link(path);
      if (link != null) {
        missing(
            path + " is a symbolic link to " + link + ", which the root file system lacks", null);
        return;
      }
      String name = path.substring(path.lastIndexOf('/') + 1);
      String elsewhere = elsewhere(name);
      missing(
          path + " is not in the root file system",
          elsewhere == null
              ? similar(name, List.of(path.substring(0, path.lastIndexOf('/'))))
              : "the root file system has " + elsewhere);
    } else if (stat.isDirectory()) {
      report.error(POINTER, path + " is a folder", "name the program in it");
    } else {
      access(path, stat);
    }
  }

  private void missing(String message, String help) {
    if (subject.image().isEmpty()) {
      report.error(
          "/root/path",
          "the root file system is empty",
          "unpack an image into it: docker export $(docker create IMAGE) | tar -C rootfs -x");
      return;
    }
    boolean sure = subject.runs() || !subject.image().getsMore();
    report.add(
        sure ? Finding.Severity.ERROR : Finding.Severity.WARNING,
        POINTER,
        message + (sure ? "" : ", unless a mount brings it"),
        help);
  }

  private String elsewhere(String name) {
    for (String folder : FOLDERS) {
      if (subject.image().has(folder + "/" + name)) {
        return folder + "/" + name;
      }
    }
    return null;
  }

  /** The name that was probably meant, in these folders or the usual ones. */
  private String similar(String name, List<String> folders) {
    String elsewhere = elsewhere(name);
    if (elsewhere != null) {
      return "the root file system has " + elsewhere;
    }
    TreeSet<String> names = new TreeSet<>();
    for (String folder : folders) {
      names.addAll(subject.image().list(folder));
    }
    String meant = Choice.nearest(name, List.copyOf(names));
    if (meant == null) {
      return null;
    }
    for (String folder : folders) {
      if (subject.image().has(folder + "/" + meant)) {
        return "did you mean " + folder + "/" + meant + "?";
      }
    }
    return null;
  }

  private void content(String path) {
    Program.Fault fault = program.fault(path);
    if (fault != null) {
      report.error(POINTER, fault.message(), fault.help());
      return;
    }
    String missing = program.missingAfterEnv(path, searchPath());
    if (missing != null) {
      report.warning(
          POINTER,
          path + " asks env for " + missing + ", which is in no folder of the PATH",
          "install " + missing + " in the image; the process will end with exit status 127");
    }
  }

  /** The content of what may be executed, else why it may not. */
  private void access(String path, Stat stat) {
    String reason = mayExecute(path, stat);
    if (reason == null) {
      content(path);
      return;
    }
    boolean bit = (stat.mode() & ANY_EXECUTE) == 0;
    report.error(
        POINTER,
        reason,
        bit ? "chmod +x it in the image" : "run as another user, or change the mode or the owner");
  }

  /** Why this process's user may not execute it, or null. */
  private String mayExecute(String path, Stat stat) {
    if ((stat.mode() & ANY_EXECUTE) == 0) {
      return path + " has no execute bit (mode " + mode(stat) + ")";
    }
    User user = process.user();
    if (user == null || user.uid() == 0) {
      return null; // root needs any of the bits, given CAP_DAC_OVERRIDE
    }
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String folder = path.substring(0, slash);
      Stat above = subject.image().stat(folder);
      if (above != null && !hasExecute(above, user)) {
        return "user " + user.uid() + " may not enter " + folder + owner(above);
      }
    }
    return hasExecute(stat, user)
        ? null
        : "user " + user.uid() + " may not execute " + path + owner(stat);
  }

  private boolean hasExecute(Stat stat, User user) {
    long uid = Subject.outside(user.uid(), subject.uidMappings());
    int shift = 0;
    if (Integer.toUnsignedLong(stat.uid()) == uid) {
      shift = 6;
    } else if (isIn(stat.gid(), user)) {
      shift = 3;
    }
    return (stat.mode() >> shift & 1) != 0;
  }

  private boolean isIn(int group, User user) {
    long gid = Integer.toUnsignedLong(group);
    if (gid == Subject.outside(user.gid(), subject.gidMappings())) {
      return true;
    }
    for (long additional : user.additionalGids()) {
      if (gid == Subject.outside(additional, subject.gidMappings())) {
        return true;
      }
    }
    return false;
  }

  private static String owner(Stat stat) {
    return " (mode "
        + mode(stat)
        + ", owner "
        + Integer.toUnsignedString(stat.uid())
        + ":"
        + Integer.toUnsignedString(stat.gid())
        + ")";
  }

  private static String mode(Stat stat) {
    return "0" + Integer.toOctalString(stat.mode() & 07777);
  }

  private static String quoted(String name) {
    return '"' + name + '"';
  }
}
