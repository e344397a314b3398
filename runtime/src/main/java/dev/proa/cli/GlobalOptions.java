package dev.proa.cli;

import dev.proa.cgroup.CgroupDriver;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags before the command's name, as runc has them. */
final class GlobalOptions {
  // Go's strconv.ParseBool, and runc's own word.
  private static final List<String> TRUE = List.of("1", "t", "T", "TRUE", "true", "True");
  private static final List<String> FALSE = List.of("0", "f", "F", "FALSE", "false", "False");
  private static final List<String> AUTO = List.of("", "auto", "Auto", "AUTO");

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Folder of the containers' states (default: /run/proa, or $XDG_RUNTIME_DIR/proa when"
              + " not root, or root of a user namespace only).")
  String root;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Append log records to FILE instead of stderr; also file:PATH, journald:NAME and"
              + " syslog:NAME.")
  String log;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "Form of the log records: text (default) or json.")
  String logFormat = "text"; // also where the rest cannot be parsed

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "Least level to log: error, warning (default) or debug.")
  String logLevel;

  @Option(names = "--debug", description = "Write debug records to the log.")
  boolean debug;

  @Option(
      names = "--systemd-cgroup",
      description = "Let systemd make the cgroups; cgroupsPath is then \"slice:prefix:name\".")
  boolean systemdCgroup;

  @Option(
      names = "--cgroup-manager",
      paramLabel = "DRIVER",
      description =
          "Who makes the cgroups: cgroupfs (default), systemd, or disabled: the container stays"
              + " in the caller's.")
  String cgroupManager;

  @Option(
      names = "--rootless",
      paramLabel = "MODE",
      description = "Ignore cgroup permission errors: true, false or auto (default).")
  String rootless = "auto";

  @Option(
      names = "--no-hints",
      description = "Print an error alone, without the lines that say why and what to do.")
  boolean noHints;

  @Option(names = "--criu", paramLabel = "PATH", hidden = true, description = "Ignored.")
  String criu;

  /**
   * Checks what picocli does not.
   *
   * @return what is wrong, or null
   */
  String problem() {
    if (!logFormat.equals("text") && !logFormat.equals("json")) {
      return "invalid log-format: " + logFormat;
    }
    if (logLevel != null && Log.Level.of(logLevel) == null) {
      return "unknown log-level: " + logLevel;
    }
    if (cgroupManager != null && CgroupDriver.of(cgroupManager) == null) {
      return "unknown cgroup manager specified: " + cgroupManager;
    }
    if (!AUTO.contains(rootless) && !TRUE.contains(rootless) && !FALSE.contains(rootless)) {
      return "invalid value for rootless: " + rootless;
    }
    return "/".equals(root) ? "--root: the root directory cannot hold the states" : null;
  }

  /** Who is to make the cgroups; runc's flag and crun's say the same. */
  CgroupDriver cgroups() {
    if (cgroupManager != null) {
      return CgroupDriver.of(cgroupManager);
    }
    return systemdCgroup ? CgroupDriver.SYSTEMD : CgroupDriver.CGROUPFS;
  }

  /** Whether cgroups are made without privileges; null for {@code auto}. */
  Boolean isRootless() {
    return AUTO.contains(rootless) ? null : TRUE.contains(rootless);
  }

  /** What is logged at least. */
  Log.Level level() {
    if (debug) {
      return Log.Level.DEBUG;
    }
    return logLevel == null ? Log.Level.WARNING : Log.Level.of(logLevel);
  }
}
