package dev.proa.operation;

import dev.proa.kernel.Kernel;
import dev.proa.spec.JsonWriter;
import dev.proa.spec.State;
import dev.proa.state.ContainerState;
import java.nio.charset.StandardCharsets;

/** {@code state}: runtime.md, Query State. */
public final class QueryState {
  private final Kernel kernel;
  private final Settings settings;

  /** Over that kernel, below {@code settings.root()}. */
  public QueryState(Kernel kernel, Settings settings) {
    this.kernel = kernel;
    this.settings = settings;
  }

  /**
   * The container's state as runc prints it: the members in its order, indented by two spaces, no
   * newline at the end.
   *
   * @throws OperationException if there is no such container
   */
  public String json(String id) {
    try (Container container = Container.look(kernel, settings, id)) {
      JsonWriter json = JsonWriter.pretty();
      write(json, container.state(), container.status(), "");
      return new String(json.toBytes(), StandardCharsets.UTF_8);
    }
  }

  /** One container's state object; {@code owner} is a user's name, known to {@code list} only. */
  static void write(JsonWriter json, ContainerState state, State.Status status, String owner) {
    json.beginObject();
    json.field("ociVersion", state.ociVersion());
    json.field("id", state.id());
    json.field("pid", status == State.Status.STOPPED ? 0 : state.initProcessPid());
    json.field("status", status.toString());
    json.field("bundle", state.bundle());
    json.field("rootfs", state.rootfs());
    json.field("created", state.created());
    json.textMapIfAny("annotations", state.annotations());
    json.field("owner", owner);
    json.endObject();
  }
}
