package dev.proa.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Paths as text: made absolute and clean as Go's filepath.Abs makes them, without a look at disk.
 */
public final class Paths {
  private Paths() {}

  /**
   * {@code path} below {@code folder} unless absolute; without {@code .}, {@code ..} and {@code
   * //}.
   */
  public static String absolute(String folder, String path) {
    String joined = path.startsWith("/") ? path : folder + "/" + path;
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (at < joined.length()) {
      int slash = joined.indexOf('/', at);
      int end = slash < 0 ? joined.length() : slash;
      String part = joined.substring(at, end);
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
      at = end + 1;
    }
    return "/" + String.join("/", parts);
  }
}
