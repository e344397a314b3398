package dev.proa.operation;

import dev.proa.cgroup.Cgroup;
import dev.proa.cgroup.NoCgroup;
import dev.proa.kernel.Kernel;
import dev.proa.spec.JsonWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code ps}: the processes of a container, those that exec and sub-cgroups brought included. */
public final class ListProcesses {
  private final Kernel kernel;
  private final Settings settings;
  private final Map<String, String> environment;

  /**
   * Over that kernel, below {@code settings.root()}.
   *
   * @param environment this process's, for the host's {@code ps}
   */
  public ListProcesses(Kernel kernel, Settings settings, Map<String, String> environment) {
    this.kernel = kernel;
    this.settings = settings;
    this.environment = environment;
  }

  /**
   * The list as text.
   *
   * @param format {@code table} or {@code json}
   * @param options what the host's ps gets for the table; {@code -ef} where none are given
   * @throws OperationException if the format is another, or the host's ps fails
   */
  public String list(String id, String format, List<String> options) {
    List<Integer> pids;
    try (Container container = Container.look(kernel, settings, id)) {
      Cgroup cgroup = container.cgroup();
      pids = cgroup.processes();
      if (cgroup instanceof NoCgroup && container.init().isAlive(kernel)) {
        pids = List.of(container.init().pid());
      }
    }
    return switch (format) {
      case "table" -> table(pids, options);
      case "json" -> json(pids);
      default -> throw new OperationException("invalid format option");
    };
  }

  private static String json(List<Integer> pids) {
    if (pids.isEmpty()) {
      return "null\n"; // as runc: Go's nil slice
    }
    JsonWriter json = JsonWriter.compact().beginArray();
    for (int pid : pids) {
      json.value(pid);
    }
    json.endArray();
    return json.line();
  }

  private String table(List<Integer> pids, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add("ps");
    command.addAll(options.isEmpty() ? List.of("-ef") : options);
    HostCommand.Output output = new HostCommand(kernel, environment).run(command);
    if (output.status().code() != 0) {
      throw new OperationException(output.status() + ": " + output.text());
    }
    return filter(output.text(), new HashSet<>(pids));
  }

  /** The heading and the lines whose PID column has one of the pids. */
  static String filter(String output, Set<Integer> pids) {
    StringBuilder table = new StringBuilder();
    int column = -1;
    for (String line : output.split("\n")) {
      if (column < 0) {
        column = words(line).indexOf("PID");
        if (column < 0) {
          throw new OperationException("couldn't find PID field in ps output");
        }
        table.append(line).append('\n');
      } else if (!line.isEmpty() && pids.contains(pid(words(line), column))) {
        table.append(line).append('\n');
      }
    }
    return table.toString();
  }

  private static int pid(List<String> words, int column) {
    String word = column < words.size() ? words.get(column) : "";
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      throw new OperationException("unable to parse pid: \"" + word + "\"");
    }
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      int end = at;
      while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '\t') {
        end++;
      }
      if (end > at) {
        words.add(line.substring(at, end));
      }
      at = end + 1;
    }
    return words;
  }
}
