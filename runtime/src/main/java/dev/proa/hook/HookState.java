package dev.proa.hook;

import dev.proa.spec.JsonWriter;
import dev.proa.spec.State;
import java.util.Map;

/**
 * The container's state as hooks get it on their standard input: config.md, POSIX-platform Hooks.
 *
 * @param ociVersion of the config
 * @param id the container's id
 * @param bundle the bundle folder, absolute
 * @param annotations of the config
 */
public record HookState(
    String ociVersion, String id, String bundle, Map<String, String> annotations) {

  /**
   * The JSON text.
   *
   * @param pid init's pid as the hook's pid namespace counts; null once it is stopped
   */
  public byte[] text(State.Status status, Integer pid) {
    JsonWriter json = JsonWriter.compact();
    state(status, pid).write(json);
    return json.toBytes();
  }

  /** The same as a record. */
  public State state(State.Status status, Integer pid) {
    return new State(ociVersion, id, status, pid, bundle, annotations);
  }
}
