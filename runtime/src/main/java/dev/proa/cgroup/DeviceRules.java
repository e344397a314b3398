package dev.proa.cgroup;

import dev.proa.spec.linux.resources.DeviceRule;
import java.util.ArrayList;
import java.util.List;

/** The rules that every container gets after those of its config. */
public final class DeviceRules {
  // runtime-spec: "runtimes MAY" add what their default devices need; this is runc's list, so that
  // a container may do the same under both. The console (5:1) is not on it: a container's
  // /dev/console is a bind mount of a terminal, and the node itself is the host's console.
  private static final List<DeviceRule> DEFAULT =
      List.of(
          allow("c", null, null, "m"),
          allow("b", null, null, "m"),
          allow("c", 1L, 3L, "rwm"), // null
          allow("c", 1L, 8L, "rwm"), // random
          allow("c", 1L, 7L, "rwm"), // full
          allow("c", 5L, 0L, "rwm"), // tty
          allow("c", 1L, 5L, "rwm"), // zero
          allow("c", 1L, 9L, "rwm"), // urandom
          allow("c", 136L, null, "rwm"), // pts/*
          allow("c", 5L, 2L, "rwm"), // ptmx
          allow("c", 10L, 200L, "rwm")); // net/tun

  private DeviceRules() {}

  /** The config's rules and then the default ones: of two that fit, the later one counts. */
  public static List<DeviceRule> effective(List<DeviceRule> rules) {
    List<DeviceRule> all = new ArrayList<>(rules.size() + DEFAULT.size());
    all.addAll(rules);
    all.addAll(DEFAULT);
    return all;
  }

  private static DeviceRule allow(String type, Long major, Long minor, String access) {
    return new DeviceRule(true, type, major, minor, access);
  }
}
