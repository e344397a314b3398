package dev.proa.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Kernel parameters of the container's namespaces: config-linux.md, Sysctl.
 *
 * <p>Written through the private procfs: by path, the write could be led to {@code
 * /proc/sysrq-trigger} or {@code /proc/sys/kernel/core_pattern} (CVE-2025-52881).
 */
public final class Sysctl implements Step {
  private record Parameter(String path, String value) {}

  private final List<Parameter> parameters;

  private Sysctl(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /** The step, or null where the config sets none. */
  public static Step plan(Map<String, String> sysctl) {
    if (sysctl.isEmpty()) {
      return null;
    }
    List<Parameter> parameters = new ArrayList<>(sysctl.size());
    for (Map.Entry<String, String> entry : sysctl.entrySet()) {
      parameters.add(new Parameter(path(entry.getKey()), entry.getValue()));
    }
    return new Sysctl(parameters);
  }

  /**
   * The file of a parameter, in both forms of sysctl(8): {@code net.ipv4.ip_forward}, and {@code
   * net/ipv4/conf/eth0.100/forwarding}, where the first separator says which one it is.
   */
  static String path(String name) {
    int dot = name.indexOf('.');
    int slash = name.indexOf('/');
    boolean dotted = slash < 0 || (dot >= 0 && dot < slash);
    StringBuilder path = new StringBuilder("sys/");
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      path.append(dotted && c == '.' ? '/' : dotted && c == '/' ? '.' : c);
    }
    for (String part : Rootfs.components(path.toString())) {
      if (part.equals("..")) {
        throw new SetupException("invalid sysctl name: " + name);
      }
    }
    return path.toString();
  }

  @Override
  public String section() {
    return "linux.sysctl";
  }

  @Override
  public void apply(Inside inside) {
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      inside.procfs().write(parameter.path, parameter.value);
    }
  }
}
