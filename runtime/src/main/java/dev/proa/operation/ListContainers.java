package dev.proa.operation;

import dev.proa.kernel.Kernel;
import dev.proa.kernel.Posix;
import dev.proa.spec.JsonWriter;
import dev.proa.spec.State;
import dev.proa.state.ContainerState;
import dev.proa.state.StateRoot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code list}: the containers below the root folder. */
public final class ListContainers {
  private static final List<String> HEADINGS =
      List.of("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");

  private final Kernel kernel;
  private final Settings settings;

  private final List<String> warnings = new ArrayList<>();

  private record Row(ContainerState state, State.Status status, String owner) {}

  /** Over that kernel, below {@code settings.root()}. */
  public ListContainers(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * The list as text.
   *
   * @param format {@code table} or {@code json}
   * @param quiet only the ids, one a line
   * @throws OperationException if the format is another
   */
  public String list(String format, boolean quiet) {
    if (quiet) {
      StringBuilder ids = new StringBuilder();
      for (Row row : rows()) {
        ids.append(row.state.id()).append('\n');
      }
      return ids.toString();
    }
    return switch (format) {
      case "table" -> table(rows());
      case "json" -> json(rows());
      default -> throw new OperationException("invalid format option");
    };
  }

  /** What is below the root folder and cannot be listed, one sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  /** The ids that have a state folder, in order, those of half-made containers included. */
  public List<String> ids() {
    return new StateRoot(kernel, settings.root()).ids();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Map<Integer, String> names = new HashMap<>();
    for (String id : ids()) {
      try (Container container = Container.look(kernel, settings, id)) {
        ContainerState state = container.state();
        String owner = names.computeIfAbsent(state.owner(), new Posix()::userName);
        rows.add(new Row(state, container.status(), owner));
      } catch (OperationException e) {
        if (!e.isDoesNotExist()) { // not deleted meanwhile, but damaged or hardly begun: for gc
          warnings.add(id + ": " + e.getMessage());
        }
      }
    }
    return rows;
  }

  private static String json(List<Row> rows) {
    JsonWriter json = JsonWriter.compact();
    if (rows.isEmpty()) {
      return "null\n"; // as runc: Go's nil slice
    }
    json.beginArray();
    for (Row row : rows) {
      QueryState.write(json, row.state, row.status, row.owner);
    }
    json.endArray();
    return json.line();
  }

  /** As Go's tabwriter lays it out in runc: columns of at least 12, padded with 3 spaces. */
  private static String table(List<Row> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEADINGS);
    for (Row row : rows) {
      int pid = row.status == State.Status.STOPPED ? 0 : row.state.initProcessPid();
      lines.add(
          List.of(
              row.state.id(),
              Integer.toString(pid),
              row.status.toString(),
              row.state.bundle(),
              row.state.created(),
              row.owner));
    }
    int[] widths = new int[HEADINGS.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Math.max(12, line.get(i).length() + 3));
      }
    }
    StringBuilder table = new StringBuilder();
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        String cell = line.get(i);
        table.append(cell);
        if (i < widths.length - 1) {
          table.append(" ".repeat(widths[i] - cell.length()));
        }
      }
      table.append('\n');
    }
    return table.toString();
  }
}
