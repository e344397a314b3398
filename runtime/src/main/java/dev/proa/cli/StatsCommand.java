package dev.proa.cli;

import dev.proa.cgroup.StatsJson;
import dev.proa.kernel.ClockCalls;
import dev.proa.kernel.Fd;
import dev.proa.kernel.Kernel;
import dev.proa.kernel.TerminalCalls;
import dev.proa.operation.OperationException;
import dev.proa.operation.Statistics;
import dev.proa.operation.Statistics.Reading;
import dev.proa.spec.JsonWriter;
import dev.proa.terminal.Keys;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stats}: what running containers use, as top shows processes. */
@Command(
    name = "stats",
    description = {
      "Show what running containers use: on a terminal again and again until q or ^C, elsewhere"
          + " once.",
      "CPU % is of one processor, since the table before. READ, WRITTEN, THROTTLED and OOM (processes"
          + " killed because memory ran out) count from the container's beginning. STALLED is the"
          + " share of the last 10 seconds in which a process had to wait (cgroup v2)."
    },
    footer = {
      "",
      "Examples:",
      "  proa stats",
      "  proa stats --once --json web db | jq '.[] | {id, cpuPercent}'",
      "  proa stats --format openmetrics > /var/lib/node_exporter/proa.prom.new &&",
      "    mv /var/lib/node_exporter/proa.prom.new /var/lib/node_exporter/proa.prom"
    })
final class StatsCommand extends HelpOption implements Action {
  private static final Fd STDIN = new Fd(null, 0, "stdin");
  private static final Fd STDOUT = new Fd(null, 1, "stdout");

  /** xterm's other screen, without a cursor; top and less use it too. */
  private static final String ENTER = "\033[?1049h\033[?25l";

  private static final String LEAVE = "\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description =
          "table (default), json (as events --stats, one array) or openmetrics; the latter two once.")
  String format;

  @Option(names = "--json", description = "The same as --format json.")
  boolean json;

  @Option(names = "--once", description = "Print one table, on a terminal too.")
  boolean once;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = GoDuration.class,
      description = "Time between two tables, and that CPU % is measured over (default: 1s).")
  Long interval;

  @Parameters(
      arity = "0..*",
      paramLabel = "ID",
      description = "Containers (default: all that run).")
  List<String> ids = new ArrayList<>();

  @Override
  public int run(Invocation invocation) {
    if (interval <= 0) {
      throw new OperationException("duration interval must be greater than 0");
    }
    Kernel kernel = invocation.kernel();
    Statistics statistics = new Statistics(kernel, invocation.settings(), ids);
    Screen screen = invocation.screen();
    switch (json ? "json" : format) {
      case "openmetrics" -> invocation.print(OpenMetrics.text(statistics.read()));
      case "json" -> invocation.print(json(twice(kernel, statistics)));
      case "table" -> {
        if (once || !screen.isTerminal()) {
          table(invocation, screen, twice(kernel, statistics));
        } else {
          follow(invocation, statistics);
        }
      }
      default -> throw new OperationException("invalid format option");
    }
    return 0;
  }

  /** Processor time shows between two readings. */
  private List<Reading> twice(Kernel kernel, Statistics statistics) {
    if (!statistics.read().isEmpty()) {
      new ClockCalls(kernel).sleep(interval);
    }
    return statistics.read();
  }

  private static void table(Invocation invocation, Screen screen, List<Reading> readings) {
    invocation.print(new StatsTable(screen).text(readings, Integer.MAX_VALUE));
  }

  private void follow(Invocation invocation, Statistics statistics) {
    Kernel kernel = invocation.kernel();
    List<Reading> readings = statistics.read(); // what is wrong is said before the screen is taken
    try (Keys keys = new Keys(kernel, STDIN)) {
      invocation.print(ENTER);
      try {
        do {
          show(invocation, readings);
          if (keys.end(interval)) {
            break;
          }
          readings = statistics.read();
        } while (ids.isEmpty() || !readings.isEmpty());
      } finally {
        invocation.print(LEAVE);
      }
    }
    table(invocation, invocation.screen(), readings);
  }

  private static void show(Invocation invocation, List<Reading> readings) {
    Screen screen = invocation.screen(); // it may be resized
    int[] size = new TerminalCalls(invocation.kernel()).size(STDOUT);
    int height = size == null || size[0] == 0 ? 24 : size[0];
    String text = new StatsTable(screen).text(readings, Math.max(1, height - 3));
    invocation.print(HOME + text.replace("\n", CLEAR_LINE + "\n") + CLEAR_BELOW);
  }

  private static String json(List<Reading> readings) {
    JsonWriter json = JsonWriter.compact().beginArray();
    for (Reading each : readings) {
      json.beginObject().field("id", each.id()).field("pid", each.pid());
      if (each.cpu() != null) {
        json.name("cpuPercent").value(Math.round(each.cpu() * 100)); // whole percents
      }
      if (each.stats() != null) {
        json.field("oomKills", each.stats().memory().oomKills()).name("data");
        StatsJson.write(each.stats(), json);
      }
      json.endObject();
    }
    return json.endArray().line();
  }
}
