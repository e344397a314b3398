package dev.proa.cli;

import dev.proa.operation.Checkpoint;
import dev.proa.operation.CheckpointRequest;
import dev.proa.operation.OperationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code checkpoint}: writes a running container to image files. */
@Command(
    name = "checkpoint",
    description = "Write a running container to image files with CRIU, and delete it.",
    footer = {"", "Example:", "  proa checkpoint --image-path /srv/web.img web"})
final class CheckpointCommand extends HelpOption implements Action {
  @Mixin CriuFlags criu = new CriuFlags();

  @Option(
      names = "--parent-path",
      paramLabel = "DIR",
      description = "Folder of an earlier pre-dump, relative to the image path.")
  String parentPath;

  @Option(names = "--leave-running", description = "Let the container go on.")
  boolean leaveRunning;

  @Option(
      names = "--pre-dump",
      description = "Dump the memory only, for a checkpoint to come; the container goes on.")
  boolean preDump;

  @Option(names = "--link-remap", description = "Give deleted files that are open a name again.")
  boolean linkRemap;

  @Option(names = "--tcp-skip-in-flight", description = "Leave half-open TCP connections out.")
  boolean tcpSkipInFlight;

  @Option(
      names = "--page-server",
      paramLabel = "ADDRESS:PORT",
      description = "Send the memory pages there.")
  String pageServer;

  @Option(
      names = "--status-fd",
      paramLabel = "FD",
      defaultValue = "-1",
      description = "Descriptor that gets a NUL byte when lazy pages can be asked for.")
  int statusFd;

  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    if (pageServer != null && !pageServer.matches(".*:[0-9]{1,5}")) {
      throw new OperationException(
          "Use --page-server ADDRESS:PORT to specify page server, not " + pageServer);
    }
    new Checkpoint(invocation.kernel(), invocation.settings())
        .checkpoint(
            id,
            new CheckpointRequest(
                criu.imagePath(invocation),
                criu.workPath(invocation),
                parentPath == null || parentPath.isEmpty() ? null : parentPath,
                leaveRunning,
                preDump,
                linkRemap,
                tcpSkipInFlight,
                pageServer,
                statusFd,
                criu.common()))
        .forEach(invocation::warn);
    return 0;
  }
}
