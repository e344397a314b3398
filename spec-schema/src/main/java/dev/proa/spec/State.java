package dev.proa.spec;

import java.util.Map;

/**
 * What a runtime tells about a container: runtime.md, State. Hooks get it on stdin.
 *
 * @param ociVersion version of the spec that the state follows
 * @param id the container's id
 * @param status where in its life it is
 * @param pid of the container process as the runtime sees it; null when there is none
 * @param bundle absolute path of the bundle
 * @param annotations those of the config
 */
public record State(
    String ociVersion,
    String id,
    Status status,
    Integer pid,
    String bundle,
    Map<String, String> annotations) {

  /** Reads the object. */
  public static State read(Json json) {
    return new State(
        json.text("ociVersion"),
        json.text("id"),
        json.requiredEnum("status", Status.values()),
        json.intOrNull("pid"),
        json.text("bundle"),
        json.textMap("annotations"));
  }

  /** Writes the object, annotations only if there are any. */
  public void write(JsonWriter writer) {
    writer.beginObject().field("ociVersion", ociVersion).field("id", id);
    writer.field("status", status.toString()).fieldIfPresent("pid", pid).field("bundle", bundle);
    writer.textMapIfAny("annotations", annotations).endObject();
  }

  /**
   * Where a container is in its life. {@code paused} is runc's addition, which the spec permits.
   */
  public enum Status {
    CREATING("creating"),
    CREATED("created"),
    RUNNING("running"),
    PAUSED("paused"),
    STOPPED("stopped");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    /** The spec's word. */
    @Override
    public String toString() {
      return word;
    }
  }
}
