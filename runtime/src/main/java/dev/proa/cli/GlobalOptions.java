package dev.proa.cli;

import picocli.CommandLine.Option;

/** The flags before the command's name, as runc has them. */
final class GlobalOptions {
  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Folder of the containers' states (default: /run/proa, or $XDG_RUNTIME_DIR/proa when"
              + " not root).")
  String root;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Append log records to FILE instead of stderr.")
  String log;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "Form of the log records: text (default) or json.")
  String logFormat;

  @Option(names = "--debug", description = "Write debug records to the log.")
  boolean debug;

  @Option(
      names = "--systemd-cgroup",
      description = "Let systemd make the cgroups; cgroupsPath is then \"slice:prefix:name\".")
  boolean systemdCgroup;

  @Option(
      names = "--rootless",
      paramLabel = "MODE",
      arity = "0..1",
      defaultValue = "auto",
      fallbackValue = "true",
      description = "Ignore cgroup permission errors: true, false or auto (default).")
  String rootless;

  @Option(names = "--criu", paramLabel = "PATH", hidden = true, description = "Ignored.")
  String criu;
}
