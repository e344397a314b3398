package dev.proa.operation;

import dev.proa.cgroup.Layout;
import dev.proa.kernel.Paths;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code exec --cgroup}: groups below the container's own. The error texts are runc's. */
final class SubCgroups {
  private SubCgroups() {}

  /**
   * The container's paths with those that the arguments name.
   *
   * @param paths the container's cgroups by controller
   * @param arguments one without a controller, for all of them, or several with one each
   * @throws OperationException for one that is not below the container's cgroup
   */
  static Map<String, String> of(Map<String, String> paths, List<String> arguments) {
    Map<String, String> below = parse(arguments);
    Map<String, String> chosen = new LinkedHashMap<>(paths);
    String all = below.get("");
    if (all != null) {
      for (Map.Entry<String, String> path : chosen.entrySet()) {
        // In the hybrid layout the path is one of version 1.
        if (chosen.size() == 1 || !path.getKey().equals(Layout.UNIFIED)) {
          path.setValue(join(path.getValue(), all));
        }
      }
      return chosen;
    }
    for (Map.Entry<String, String> one : below.entrySet()) {
      String path = chosen.get(one.getKey());
      if (path == null) {
        throw new OperationException("unknown controller " + one.getKey() + " in SubCgroupPaths");
      }
      chosen.put(one.getKey(), join(path, one.getValue()));
    }
    return chosen;
  }

  private static Map<String, String> parse(List<String> arguments) {
    Map<String, String> paths = new HashMap<>();
    for (String argument : arguments) {
      int colon = argument.indexOf(':');
      if (colon != argument.lastIndexOf(':')) {
        throw invalid(argument, "");
      }
      if (colon < 0) {
        if (arguments.size() > 1) {
          throw invalid(argument, " (missing <controller>: prefix)");
        }
        paths.put("", argument);
        continue;
      }
      for (String controller : argument.substring(0, colon).split(",", -1)) {
        if (controller.isEmpty()) {
          throw invalid(argument, " (empty <controller> prefix)");
        }
        if (paths.put(controller, argument.substring(colon + 1)) != null) {
          throw new OperationException(
              "invalid --cgroup argument(s): controller "
                  + controller
                  + " specified multiple times");
        }
      }
    }
    return paths;
  }

  private static OperationException invalid(String argument, String why) {
    return new OperationException("invalid --cgroup argument: " + argument + why);
  }

  /** The path below, with {@code ..} taken by the text: it must not lead out. */
  private static String join(String path, String below) {
    String joined = Paths.absolute("/", path + "/" + below);
    if (!joined.equals(path) && !joined.startsWith(path + "/")) {
      throw new OperationException("bad sub cgroup path: " + below);
    }
    return joined;
  }
}
