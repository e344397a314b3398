package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubCgroupsTest {
  private static final Map<String, String> V1 =
      Map.of("memory", "/sys/fs/cgroup/memory/c", "cpu", "/sys/fs/cgroup/cpu/c", "", "/u/c");

  @Test
  void onePathForAll() {
    assertEquals(Map.of("", "/u/c/a/b"), SubCgroups.of(Map.of("", "/u/c"), List.of("a/b")));
    // The hybrid layout: the path is one of version 1.
    assertEquals(
        Map.of("memory", "/sys/fs/cgroup/memory/c/a", "cpu", "/sys/fs/cgroup/cpu/c/a", "", "/u/c"),
        SubCgroups.of(V1, List.of("/a")));
  }

  @Test
  void oneForEachController() {
    assertEquals(
        Map.of("memory", "/sys/fs/cgroup/memory/c/a", "cpu", "/sys/fs/cgroup/cpu/c/b", "", "/u/c"),
        SubCgroups.of(V1, List.of("memory:a", "cpu:b")));
    assertEquals(
        Map.of("memory", "/sys/fs/cgroup/memory/c/a", "cpu", "/sys/fs/cgroup/cpu/c/a", "", "/u/c"),
        SubCgroups.of(V1, List.of("memory,cpu:a")));
  }

  private static String refused(String... arguments) {
    return assertThrows(OperationException.class, () -> SubCgroups.of(V1, List.of(arguments)))
        .getMessage();
  }

  @Test
  void refused() {
    assertEquals("bad sub cgroup path: ../x", refused("../x"));
    assertEquals("bad sub cgroup path: a/../../c2", refused("cpu:a/../../c2"));
    assertEquals("invalid --cgroup argument: a:b:c", refused("a:b:c"));
    assertEquals(
        "invalid --cgroup argument: a (missing <controller>: prefix)", refused("a", "cpu:b"));
    assertEquals(
        "invalid --cgroup argument: ,cpu:a (empty <controller> prefix)", refused(",cpu:a"));
    assertEquals(
        "invalid --cgroup argument(s): controller cpu specified multiple times",
        refused("cpu:a", "cpu:b"));
    assertEquals("unknown controller disk in SubCgroupPaths", refused("disk:a"));
  }
}
