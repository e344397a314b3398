package dev.proa.cli;

import dev.proa.operation.Create;
import dev.proa.operation.CreateRequest;
import dev.proa.operation.Diagnose;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code create}: everything but the start of the process. */
@Command(
    name = "create",
    description = "Create a container from a bundle; its process waits for start.",
    footer = {"", "Example:", "  proa create --bundle /srv/web --pid-file /run/web.pid web"})
final class CreateCommand extends HelpOption implements Action {
  @Mixin LaunchOptions launch = new LaunchOptions();

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
    Create create = new Create(invocation.kernel(), invocation.settings());
    request = invocation.request(id, launch, true, true, false);
    for (String warning : create.create(request)) {
      invocation.warn(warning);
    }
    return 0;
  }

  @Override
  public List<String> hints(Invocation invocation, String message) {
    return new Diagnose(invocation.kernel(), invocation.settings(), message)
        .create(id, request.bundle());
  }
}
