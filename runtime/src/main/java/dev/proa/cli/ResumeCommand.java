package dev.proa.cli;

import dev.proa.operation.Resume;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code resume}: lets a paused container's processes go on. */
@Command(
    name = "resume",
    description = "Resume all processes of a paused container.",
    footer = {"", "Example:", "  proa resume web"})
final class ResumeCommand extends HelpOption implements Action {
  @Parameters(paramLabel = "ID", description = "The container's id.")
  String id;

  @Override
  public int run(Invocation invocation) {
    new Resume(invocation.kernel(), invocation.settings()).resume(id);
    return 0;
  }
}
