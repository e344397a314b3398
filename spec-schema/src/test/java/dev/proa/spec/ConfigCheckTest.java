package dev.proa.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.spec.linux.Namespace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigCheckTest {
  private static ConfigCheck check(String text) {
    return ConfigCheck.of("config.json", text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> lines(List<Violation> violations) {
    List<String> lines = new ArrayList<>();
    for (Violation violation : violations) {
      lines.add(
          violation.line()
              + ":"
              + violation.column()
              + ": "
              + violation.path()
              + ": "
              + violation.message());
    }
    return lines;
  }

  @Test
  void whatTheSchemaAndTheRulesFindComesTogether() {
    ConfigCheck check =
        check(
            """
            {"ociVersion": "1.0.2",
             "root": {"path": 5},
             "hostname": "x",
             "process": {"cwd": "here", "args": [], "oomScoreAdj": 2000},
             "mounts": [{"type": "tmpfs"}, {"destination": ""}],
             "linux": {"sysctl": {"kernel.panic": "1"},
                       "namespaces": [{"type": "utss"}, {"type": "mount"}]}}
            """);

    assertEquals(
        List.of(
            "2:19: root.path: must be a string, not a number",
            "4:21: process.cwd: must be an absolute path",
            "4:37: process.args: must not be empty",
            "4:56: process.oomScoreAdj: 2000 is not from -1000 to 1000",
            "5:13: mounts[0].destination: required but missing",
            "5:48: mounts[1].destination: must not be empty",
            "6:39: linux.sysctl[\"kernel.panic\"]: sysctl \"kernel.panic\" is not in a separate"
                + " kernel namespace",
            "7:36: linux.namespaces[0].type: \"utss\" is not one of \"pid\", \"network\","
                + " \"mount\", \"ipc\", \"uts\", \"user\", \"cgroup\", \"time\"; did you mean"
                + " \"uts\"?"),
        lines(check.errors()));
    assertEquals(2, check.spec().mounts().size());
    assertTrue(check.isWrong("/root"));
  }

  @Test
  void aLostSectionIsNotMissedByOthers() {
    ConfigCheck check =
        check(
            """
            {"ociVersion": "1.0.2", "root": {"path": "r"}, "hostname": "x",
             "linux": {"namespaces": [{"type": 1}]}}
            """);

    assertEquals(
        List.of("2:36: linux.namespaces[0].type: must be a string, not a number"),
        lines(check.errors()));
    assertEquals(Namespace.Type.values().length, check.spec().linux().namespaces().size());
  }

  @Test
  void unknownMembersAreWarnings() {
    ConfigCheck check =
        check(
            """
            {"ociVersion": "1.0.2", "root": {"path": "r", "readOnly": true},
             "process": {"cwd": "/", "args": ["x"], "user": {"uid": 0, "gid": 0, "gids": []}},
             "annotations": {"any": "thing"}, "solaris": {"any": 1},
             "linux": {"resource": {}, "resources": {"memory": {"limits": 1}}}}
            """);

    String ignored = ": the spec knows no such member, and it is ignored";
    assertEquals(
        List.of(
            "1:59: root.readOnly" + ignored + "; did you mean \"readonly\"?",
            "2:78: process.user.gids" + ignored + "; did you mean \"gid\"?",
            "4:24: linux.resource" + ignored + "; did you mean \"resources\"?",
            "4:63: linux.resources.memory.limits" + ignored + "; did you mean \"limit\"?"),
        lines(check.warnings()));
    assertEquals(List.of(), check.errors());
  }

  @Test
  void whatIsNoJsonHasOneError() {
    ConfigCheck check = check("{\"ociVersion\": }");

    assertNull(check.spec());
    assertEquals(1, check.errors().size());
    assertEquals(16, check.errors().getFirst().column());
  }

  @Test
  void whatIsNoObjectHasOneError() {
    assertEquals(List.of("1:1: : must be an object, not an array"), lines(check("[]").errors()));
  }

  /** Whatever is wrong: no exception, and errors where there is an exception else. */
  @Test
  void findsErrorsWhereLoadingRefuses() {
    int wrong = 0;
    for (int seed = 0; seed < 2000; seed++) {
      String text = new Mutation(seed).of(Schemas.example()).toString();
      List<Violation> errors = check(text).errors();
      assertEquals(!isRefused(text), errors.isEmpty(), text);
      wrong += errors.isEmpty() ? 0 : 1;
    }
    assertTrue(wrong > 500, "mutations that break nothing");
  }

  private static boolean isRefused(String text) {
    try {
      Specs.load("config.json", text.getBytes(StandardCharsets.UTF_8));
      return false;
    } catch (InvalidSpecException e) {
      return true;
    }
  }
}
