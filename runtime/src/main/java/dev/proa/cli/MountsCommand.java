package dev.proa.cli;

import dev.proa.operation.ChangeMounts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mounts}: what crun has for a running container, and a list. */
@Command(
    name = "mounts",
    description = "Add mounts to a running container, remove them, list them.",
    subcommands = {
      MountsCommand.Add.class,
      MountsCommand.Remove.class,
      MountsCommand.Listing.class,
    },
    footer = {
      "",
      "Example:",
      "  echo '[{\"destination\": \"/data\", \"source\": \"/srv\", \"type\": \"bind\","
          + " \"options\": [\"bind\", \"ro\"]}]' > m.json",
      "  proa mounts add web m.json",
    })
final class MountsCommand extends HelpOption implements Action {
  @Override
  public int run(Invocation invocation) {
    invocation.print(invocation.usage());
    return 0;
  }

  private abstract static class Change extends HelpOption implements Action {
    @Parameters(index = "0", paramLabel = "ID", description = "The container's id.")
    String id;

    @Parameters(
        index = "1",
        paramLabel = "FILE",
        description = "JSON: an array as a config's mounts, or an object with one.")
    String file;
  }

  /** {@code mounts add}. */
  @Command(name = "add", description = "Make mounts in a running container.")
  static final class Add extends Change {
    @Override
    public int run(Invocation invocation) {
      new ChangeMounts(invocation.kernel(), invocation.settings())
          .add(id, invocation.absolute(file));
      return 0;
    }
  }

  /** {@code mounts remove}. */
  @Command(name = "remove", description = "Take mounts of a running container away.")
  static final class Remove extends Change {
    @Override
    public int run(Invocation invocation) {
      new ChangeMounts(invocation.kernel(), invocation.settings())
          .remove(id, invocation.absolute(file));
      return 0;
    }
  }

  /** {@code mounts list}. */
  @Command(name = "list", description = "Print a running container's mounts as JSON.")
  static final class Listing extends HelpOption implements Action {
    @Parameters(paramLabel = "ID", description = "The container's id.")
    String id;

    @Override
    public int run(Invocation invocation) {
      invocation.print(new ChangeMounts(invocation.kernel(), invocation.settings()).list(id));
      return 0;
    }
  }
}
