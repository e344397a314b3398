package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.spec.JsonDocument;
import dev.proa.spec.Process;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExecProcessTest {
  private static final Process CONTAINER =
      process(
          """
          {"args": ["init"], "cwd": "/srv", "env": ["A=1"], "noNewPrivileges": true,
           "user": {"uid": 3, "gid": 4, "additionalGids": [5]}, "apparmorProfile": "guard",
           "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"],
                            "permitted": ["CAP_KILL"], "inheritable": ["CAP_CHOWN"]},
           "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1, "hard": 2}]}
          """);

  private static Process process(String json) {
    return Process.read(
        JsonDocument.parse("process", json.getBytes(StandardCharsets.UTF_8)).root());
  }

  private static Process with(String user, String... capabilities) {
    ExecRequest request =
        new ExecRequest(
            "id",
            null,
            List.of("true"),
            null,
            List.of("B=2"),
            false,
            user,
            List.of(6L),
            List.of(capabilities),
            null,
            null,
            null,
            List.of(),
            false,
            new ExecRequest.Launching(false, null, null, null, 0));
    return ExecProcess.of(request, CONTAINER);
  }

  @Test
  void whatIsNotNamedIsTheContainers() {
    Process process = with(null);
    assertEquals(List.of("true"), process.args());
    assertEquals("/srv", process.cwd());
    assertEquals(List.of("A=1", "B=2"), process.env());
    assertEquals(3, process.user().uid());
    assertEquals(List.of(5L, 6L), process.user().additionalGids());
    assertEquals("guard", process.apparmorProfile());
    assertEquals(1, process.rlimits().size());
  }

  @Test
  void aUserIsTwoNumbers() {
    assertEquals(7, with("7").user().uid());
    assertEquals(4, with("7").user().gid());
    assertEquals(8, with("7:8").user().gid());
    assertEquals(4294967294L, with("4294967294").user().uid());
  }

  /** CVE-2026-30892: a user that is read as another one. */
  @Test
  void whatIsNoNumberIsRefused() {
    for (String user :
        List.of("root", "1x", "-1", "+1", " 1", "1:", ":1", "1:2:3", "0x1", "4294967295", "1e3")) {
      assertEquals(
          "invalid user \"" + user + "\": expected uid[:gid] in decimal",
          assertThrows(OperationException.class, () -> with(user)).getMessage());
    }
  }

  /** CVE-2022-29162: nothing becomes inheritable, and ambient only what was. */
  @Test
  void moreCapabilitiesAreNotInheritable() {
    Process process = with(null, "CAP_CHOWN", "CAP_SYS_TIME");
    assertEquals(
        List.of("CAP_KILL", "CAP_CHOWN", "CAP_SYS_TIME"), process.capabilities().bounding());
    assertEquals(
        List.of("CAP_KILL", "CAP_CHOWN", "CAP_SYS_TIME"), process.capabilities().permitted());
    assertEquals(
        List.of("CAP_KILL", "CAP_CHOWN", "CAP_SYS_TIME"), process.capabilities().effective());
    assertEquals(List.of("CAP_CHOWN"), process.capabilities().inheritable());
    assertEquals(List.of("CAP_CHOWN"), process.capabilities().ambient());
  }

  @Test
  void aFileThatIsSilentLeavesTheContainersGuards() {
    Process process = ExecProcess.of(process("{\"args\": [\"a\"], \"cwd\": \"/\"}"), CONTAINER);
    assertEquals("guard", process.apparmorProfile());
    assertEquals(CONTAINER.capabilities(), process.capabilities());
    assertEquals(CONTAINER.rlimits(), process.rlimits());
    assertEquals(false, process.noNewPrivileges());
    assertEquals(List.of(), process.env());
  }
}
