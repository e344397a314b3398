package dev.proa.cli;

import dev.proa.operation.WriteSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spec}: writes a config.json to start from. */
@Command(
    name = "spec",
    description = "Write a config.json to start from.",
    footer = {"", "Example:", "  proa spec --bundle /srv/web"})
final class SpecCommand extends HelpOption implements Action {
  @Mixin BundleOption bundle = new BundleOption();

  @Option(names = "--rootless", description = "Write one for an unprivileged user.")
  boolean rootless;

  @Override
  public int run(Invocation invocation) {
    new WriteSpec(invocation.kernel()).write(bundle.folder, rootless);
    return 0;
  }
}
