package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.spec.JsonDocument;
import dev.proa.spec.Spec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** config-linux.md, Cgroup ownership: to whom the container's cgroup is given. */
class CgroupOwnerTest {
  private static final String CGROUP = "{\"type\": \"cgroup\"}";
  private static final String BOTH = "{\"type\": \"user\"}, " + CGROUP;

  private static long owner(String namespaces, String options, long uid) {
    String config =
        """
        {
          "ociVersion": "1.0.2",
          "process": {"user": {"uid": UID, "gid": 0}, "args": ["true"], "cwd": "/"},
          "root": {"path": "rootfs"},
          "mounts": [
            {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": [OPTIONS]}
          ],
          "linux": {
            "uidMappings": [
              {"containerID": 0, "hostID": 1000, "size": 1},
              {"containerID": 1, "hostID": 100000, "size": 10}
            ],
            "namespaces": [NAMESPACES]
          }
        }
        """
            .replace("UID,", uid + ",")
            .replace("OPTIONS", options)
            .replace("NAMESPACES", namespaces);
    return CgroupOwner.of(
        Spec.read(JsonDocument.parse("config.json", config.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void theHostsIdOfTheProcesssUser() {
    assertEquals(1000, owner(BOTH, "\"rw\"", 0));
    assertEquals(100_006, owner(BOTH, "\"nosuid\"", 7));
    assertEquals(7, owner(CGROUP, "", 7));
  }

  @Test
  void nobodyForAUserThatIsNotMapped() {
    assertEquals(-1, owner(BOTH, "", 11));
  }

  @Test
  void nobodyWithoutAWritableMountOrANewNamespace() {
    assertEquals(-1, owner(BOTH, "\"ro\"", 0));
    assertEquals(-1, owner("{\"type\": \"user\"}", "", 0));
    assertEquals(-1, owner("{\"type\": \"cgroup\", \"path\": \"/proc/1/ns/cgroup\"}", "", 0));
  }
}
