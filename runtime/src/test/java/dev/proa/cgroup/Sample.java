package dev.proa.cgroup;

import dev.proa.spec.JsonDocument;
import dev.proa.spec.linux.resources.Resources;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Resources from JSON with single quotes, and writes as lines. */
public final class Sample {
  private Sample() {}

  /** The records of {@code linux.resources}. */
  public static Resources resources(String json) {
    byte[] text = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return Resources.read(JsonDocument.parse("test", text).root());
  }

  /** {@code file = data}, with {@code ?} where the file may be missing, {@code *} for later. */
  public static List<String> lines(Controller controller, String json) {
    List<Write> writes = new ArrayList<>();
    controller.translate(resources(json), writes);
    return lines(writes);
  }

  /** The same for writes. */
  public static List<String> lines(List<Write> writes) {
    List<String> lines = new ArrayList<>();
    for (Write write : writes) {
      String line = line(write);
      lines.add(write.otherwise() == null ? line : line + " | " + line(write.otherwise()));
    }
    return lines;
  }

  private static String line(Write write) {
    return (write.optional() ? "?" : "")
        + (write.postponable() ? "*" : "")
        + write.file()
        + " = "
        + write.data();
  }
}
