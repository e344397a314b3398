package dev.proa.cli;

import dev.proa.operation.CreateRequest;
import dev.proa.operation.Diagnose;
import dev.proa.operation.Run;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: create, start, wait, delete. */
@Command(
    name = "run",
    description = "Create and start a container; in the foreground, wait for it and delete it.",
    footer = {"", "Example:", "  proa run --bundle /srv/web web"})
final class RunCommand extends HelpOption implements Action {
  @Mixin LaunchOptions launch = new LaunchOptions();

  @Option(
      names = {"-d", "--detach"},
      description = "Return once the process runs.")
  boolean detach;

  @Option(names = "--keep", description = "Keep the state after the process has ended.")
  boolean keep;

  @Option(
      names = "--no-subreaper",
      description = "Do not become the subreaper of the container's processes.")
  boolean noSubreaper;

  @Option(
      names = "--seccomp-learn",
      paramLabel = "FILE",
      description =
          "Write a seccomp profile to FILE that allows the system calls that the container makes,"
              + " and those that FILE allows already; the config's own filter is not used.")
  String learn;

  @Mixin TimelineOption timed = new TimelineOption();

  @Parameters(paramLabel = "ID", description = "The container's id, unique on this host.")
  String id;

  private CreateRequest request;

  @Override
  public String timeline() {
    return timed.timeline;
  }

  @Override
  public int run(Invocation invocation) {
    List<String> warnings = new ArrayList<>();
    Run run = new Run(invocation.kernel(), invocation.settings());
    request = invocation.request(id, launch, detach, keep, noSubreaper);
    int code =
        learn == null
            ? run.run(request, warnings)
            : run.learn(request, invocation.absolute(learn), warnings);
    for (String warning : warnings) {
      invocation.warn(warning);
    }
    return code;
  }

  @Override
  public List<String> hints(Invocation invocation, String message) {
    return new Diagnose(invocation.kernel(), invocation.settings(), message)
        .create(id, request.bundle());
  }
}
