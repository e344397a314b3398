package dev.proa.cli;

import dev.proa.operation.CreateRequest;
import dev.proa.operation.Explain;
import dev.proa.operation.OperationException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: what create would do with a bundle, without doing it. */
@Command(
    name = "explain",
    description =
        "Show what create would do with a bundle, call by call; nothing is made and no privilege"
            + " needed.",
    footer = {
      "",
      "Examples:",
      "  proa explain --bundle /srv/web                  # all of it",
      "  proa explain --bundle /srv/web 'mounts[2]'      # one section of the config",
      "  proa explain --bundle /srv/web --diff /srv/new  # what another bundle would change",
    })
final class ExplainCommand extends HelpOption implements Action {
  @Mixin BundleOption bundle = new BundleOption();

  @Option(
      names = "--diff",
      paramLabel = "DIR",
      description = "Show only what differs in another bundle.")
  String other;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "SECTION",
      description =
          "Only this section of the config, as mounts, mounts[2], linux.resources,"
              + " process.capabilities or linux.seccomp.")
  String section;

  @Override
  public int run(Invocation invocation) {
    String path = invocation.absolute(bundle.folder);
    if (other != null) {
      return diff(invocation, path, invocation.absolute(other));
    }
    Explain.Explanation explanation = explain(invocation, path, name(path));
    List<String> lines = new PlanText(invocation.screen(), section).lines(explanation);
    demand(lines, explanation);
    invocation.print(json ? PlanJson.of(explanation, section) : String.join("\n", lines) + "\n");
    return explanation.failure() == null ? 0 : 1;
  }

  /** Both with one id and one path, so that only what the configs say differs. */
  private int diff(Invocation invocation, String path, String second) {
    PlanText text = new PlanText(Screen.FILE, section);
    Explain.Explanation explanation = explain(invocation, path, name(path));
    List<String> before = text.lines(explanation);
    List<String> after = new ArrayList<>();
    for (String line :
        new PlanText(Screen.FILE, section).lines(explain(invocation, second, name(path)))) {
      after.add(line.replace(second, path));
    }
    demand(before.isEmpty() ? after : before, explanation);
    invocation.print(LineDiff.of(invocation.screen(), before, after));
    return 0;
  }

  private void demand(List<String> lines, Explain.Explanation plan) {
    if (lines.isEmpty()) {
      throw new OperationException(
          "no section \""
              + section
              + "\" in this plan, which has "
              + String.join(", ", PlanText.sections(plan)));
    }
  }

  private static String name(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() ? "root" : name;
  }

  private static Explain.Explanation explain(Invocation invocation, String path, String id) {
    CreateRequest request =
        new CreateRequest(id, path, null, null, null, false, false, 0, false, true, true);
    return new Explain(invocation.kernel(), invocation.settings()).explain(request);
  }
}
