package dev.proa.cli;

import dev.proa.operation.ReportFeatures;
import picocli.CommandLine.Command;

/** {@code features}: what this executable can do, as the spec's features document. */
@Command(
    name = "features",
    description = "Print what this runtime supports, as JSON.",
    footer = {"", "Example:", "  proa features"})
final class FeaturesCommand extends HelpOption implements Action {
  @Override
  public int run(Invocation invocation) {
    invocation.print(new ReportFeatures(invocation.kernel()).json());
    return 0;
  }
}
