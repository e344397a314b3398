package dev.proa.cli;

import dev.proa.criu.CriuOpts;
import dev.proa.operation.OperationException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that {@code checkpoint} and {@code restore} share. */
final class CriuFlags {
  private static final long CLONE_NEWNET = 0x40000000L;

  @Option(
      names = "--image-path",
      paramLabel = "DIR",
      description = "Folder of the image files (default: checkpoint in the working directory).")
  String imagePath;

  @Option(
      names = "--work-path",
      paramLabel = "DIR",
      description = "Folder of CRIU's log and work files (default: the images').")
  String workPath;

  @Option(names = "--tcp-established", description = "Allow established TCP connections.")
  boolean tcpEstablished;

  @Option(names = "--ext-unix-sk", description = "Allow unix sockets to processes outside.")
  boolean extUnixSk;

  @Option(names = "--shell-job", description = "Allow a terminal that belongs to the caller.")
  boolean shellJob;

  @Option(names = "--file-locks", description = "Keep file locks.")
  boolean fileLocks;

  @Option(names = "--lazy-pages", description = "Leave memory pages to a page server.")
  boolean lazyPages;

  @Option(names = "--auto-dedup", description = "Drop pages of older images that a newer one has.")
  boolean autoDedup;

  @Option(
      names = "--manage-cgroups-mode",
      paramLabel = "MODE",
      description = "How cgroups are restored: soft, full, strict or ignore.")
  String manageCgroupsMode;

  @Option(
      names = "--empty-ns",
      paramLabel = "KIND",
      description = "Make this namespace without its content: network.")
  List<String> emptyNs = new ArrayList<>();

  @Option(
      names = "--network-lock",
      paramLabel = "METHOD",
      description = "How the network is held meanwhile: iptables, nftables or skip.")
  String networkLock;

  String imagePath(Invocation invocation) {
    return invocation.absolute(imagePath == null ? "checkpoint" : imagePath);
  }

  String workPath(Invocation invocation) {
    return workPath == null || workPath.isEmpty() ? null : invocation.absolute(workPath);
  }

  CriuOpts.CommonOptions common() {
    long empty = 0;
    for (String kind : emptyNs) {
      if (!kind.equals("network")) {
        throw new OperationException("namespace \"" + kind + "\" is not supported");
      }
      empty |= CLONE_NEWNET;
    }
    return new CriuOpts.CommonOptions(
        tcpEstablished,
        extUnixSk,
        shellJob,
        fileLocks,
        autoDedup,
        lazyPages,
        empty,
        cgroupsMode(),
        lock());
  }

  private int cgroupsMode() {
    return switch (manageCgroupsMode) {
      case null -> -1;
      case "" -> -1;
      case "ignore" -> 0;
      case "soft" -> 3;
      case "full" -> 4;
      case "strict" -> 5;
      default -> throw new OperationException("invalid manage-cgroups-mode: " + manageCgroupsMode);
    };
  }

  private int lock() {
    return switch (networkLock) {
      case null -> -1;
      case "" -> -1;
      case "iptables" -> 1;
      case "nftables" -> 2;
      case "skip" -> 3;
      default -> throw new OperationException("invalid network-lock: " + networkLock);
    };
  }
}
