package dev.proa.cli;

import dev.proa.operation.Restore;
import dev.proa.operation.RestoreRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code restore}: makes a container from the image files of a checkpoint. */
@Command(
    name = "restore",
    description = "Make a container from the image files of a checkpoint.",
    footer = {"", "Example:", "  proa restore -d --image-path /srv/web.img --bundle /srv/web web"})
final class RestoreCommand extends HelpOption implements Action {
  @Mixin CriuFlags criu = new CriuFlags();
  @Mixin LaunchOptions launch = new LaunchOptions();

  @Option(
      names = {"-d", "--detach"},
      description = "Return once the processes run.")
  boolean detach;

  @Option(names = "--keep", description = "Keep the state after the process has ended.")
  boolean keep;

  @Option(
      names = "--no-subreaper",
      description = "Do not become the subreaper of the container's processes.")
  boolean noSubreaper;

  @Option(names = "--tcp-close", description = "Restore established TCP connections closed.")
  boolean tcpClose;

  @Option(
      names = "--lsm-profile",
      paramLabel = "TYPE:NAME",
      description = "AppArmor profile or SELinux label in place of the dumped one.")
  String lsmProfile;

  @Option(
      names = "--lsm-mount-context",
      paramLabel = "LABEL",
      description = "SELinux label of mounts in place of the dumped one.")
  String lsmMountContext;

  @Parameters(paramLabel = "ID", description = "The container's id, unique on this host.")
  String id;

  @Override
  public int run(Invocation invocation) {
    List<String> warnings = new ArrayList<>();
    int code =
        new Restore(invocation.kernel(), invocation.settings())
            .restore(
                new RestoreRequest(
                    invocation.request(id, launch, detach, keep, noSubreaper),
                    criu.imagePath(invocation),
                    criu.workPath(invocation),
                    tcpClose,
                    lsmProfile,
                    lsmMountContext,
                    criu.common()),
                warnings);
    warnings.forEach(invocation::warn);
    return code;
  }
}
