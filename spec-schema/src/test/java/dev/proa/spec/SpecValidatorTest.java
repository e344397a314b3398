package dev.proa.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SpecValidatorTest {
  private static String refusal(String text) {
    JsonDocument document =
        JsonDocument.parse("config.json", text.getBytes(StandardCharsets.UTF_8));
    return assertThrows(InvalidSpecException.class, () -> SpecValidator.config(document))
        .getMessage();
  }

  @Test
  void reportsEveryViolationInTheOrderOfTheText() {
    assertEquals(
        """
        config.json:1:1: ociVersion: required but missing
        config.json:2:20: root.path: must be a string, not a number
        config.json:3:14: process: must be an object, not an array
        config.json:4:14: mounts[0].destination: required but missing
        config.json:4:26: mounts[0].options: must be an array, not a string
        config.json:6:29: linux.namespaces[0].type: must be a string, not null
        config.json:6:45: linux.namespaces[1].type: "pidd" is not one of "pid", "network", "mount",\
         "ipc", "uts", "user", "cgroup", "time"; did you mean "pid"?
        config.json:7:63: linux.resources.hugepageLimits[0].pageSize: "64kB" does not match\
         ^[1-9][0-9]*[KMG]B$
        config.json:8:16: linux.seccomp.defaultAction: required but missing
        config.json:8:40: linux.seccomp.syscalls[0].names: must not be empty
        config.json:9:37: linux.uidMappings[0].containerID: -1 is less than 0
        config.json:9:51: linux.uidMappings[0].hostID: 4294967296 is greater than 4294967295
        config.json:9:71: linux.uidMappings[0].size: must be an integer, not 1.5\
        """,
        refusal(
            """
            {
              "root": {"path": 5},
              "process": [],
              "mounts": [{"options": "ro"}],
              "linux": {
                "namespaces": [{"type": null}, {"type": "pidd"}],
                "resources": {"hugepageLimits": [{"limit": 5, "pageSize": "64kB"}]},
                "seccomp": {"syscalls": [{"names": [], "action": "SCMP_ACT_ALLOW"}]},
                "uidMappings": [{"containerID": -1, "hostID": 4294967296, "size": 1.5}]
              }
            }
            """));
  }

  @Test
  void stopsAtAHundred() {
    String[] lines =
        refusal("{\"ociVersion\": \"1.3.0\", \"mounts\": [" + "{}, ".repeat(999) + "{}]}")
            .split("\n");
    assertEquals(101, lines.length);
    assertEquals("config.json:1:1: more than 100 violations; the others are not shown", lines[0]);
  }

  @Test
  void saysWhatWasMeant() {
    assertEquals(
        "config.json:1:54: linux.rootfsPropagation: \"Shared\" is not one of \"private\","
            + " \"rprivate\", \"shared\", \"rshared\", \"slave\", \"rslave\", \"unbindable\","
            + " \"runbindable\"; did you mean \"shared\"?",
        refusal("{\"ociVersion\":\"1\",\"linux\":{\"x\":1,\"rootfsPropagation\":\"Shared\"}}"));
  }

  @Test
  void checksDocumentsOfTheirOwn() {
    byte[] text = "{\"pids\": {\"limit\": \"1\"}, \"cwd\": 5}".getBytes(StandardCharsets.UTF_8);
    JsonDocument document = JsonDocument.parse("-", text);
    assertEquals(
        "-:1:20: pids.limit: must be an integer, not a string",
        assertThrows(InvalidSpecException.class, () -> SpecValidator.resources(document))
            .getMessage());
    assertEquals(
        "-:1:33: cwd: must be a string, not a number",
        assertThrows(InvalidSpecException.class, () -> SpecValidator.process(document))
            .getMessage());
    assertEquals(
        "-:1:1: ociVersionMin: required but missing\n-:1:1: ociVersionMax: required but missing",
        assertThrows(InvalidSpecException.class, () -> SpecValidator.features(document))
            .getMessage());
  }
}
