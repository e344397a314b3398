package dev.proa.conformance.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Options before the command; null or false leaves an option out.
 *
 * @param rootless true, false or auto
 */
public record GlobalOptions(
    Path root, Path log, String logFormat, boolean debug, boolean systemdCgroup, String rootless) {
  /** Only {@code --root}. */
  public static GlobalOptions root(Path root) {
    return new GlobalOptions(root, null, null, false, false, null);
  }

  /** With {@code --log} and {@code --log-format}. */
  public GlobalOptions withLog(Path file, String format) {
    return new GlobalOptions(root, file, format, debug, systemdCgroup, rootless);
  }

  /** With {@code --debug}. */
  public GlobalOptions withDebug() {
    return new GlobalOptions(root, log, logFormat, true, systemdCgroup, rootless);
  }

  /** With another {@code --root}. */
  public GlobalOptions withRoot(Path folder) {
    return new GlobalOptions(folder, log, logFormat, debug, systemdCgroup, rootless);
  }

  /** With {@code --systemd-cgroup}. */
  public GlobalOptions withSystemdCgroup() {
    return new GlobalOptions(root, log, logFormat, debug, true, rootless);
  }

  /** With {@code --rootless}. */
  public GlobalOptions withRootless(String value) {
    return new GlobalOptions(root, log, logFormat, debug, systemdCgroup, value);
  }

  List<String> arguments() {
    List<String> all = new ArrayList<>();
    if (root != null) {
      all.addAll(List.of("--root", root.toString()));
    }
    if (debug) {
      all.add("--debug");
    }
    if (log != null) {
      all.addAll(List.of("--log", log.toString()));
    }
    if (logFormat != null) {
      all.addAll(List.of("--log-format", logFormat));
    }
    if (systemdCgroup) {
      all.add("--systemd-cgroup");
    }
    if (rootless != null) {
      all.add("--rootless=" + rootless);
    }
    return all;
  }
}
