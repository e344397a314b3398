package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.kernel.NamespaceCalls;
import dev.proa.spec.JsonDocument;
import dev.proa.spec.Process;
import dev.proa.spec.linux.Linux;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JoinPlanTest {
  private static JoinPlan plan(String process, String linux, boolean privileged) {
    return plan(Map.of(), process, linux, privileged);
  }

  private static JoinPlan plan(
      Map<String, String> annotations, String process, String linux, boolean privileged) {
    return JoinPlan.of(
        new JoinPlan.Request(
            "id",
            annotations,
            true,
            privileged,
            new InheritedFds(0, 0),
            null,
            null,
            false,
            false,
            Capabilities.Grantable.upTo(40),
            null),
        Process.read(JsonDocument.parse("p", process.getBytes(StandardCharsets.UTF_8)).root()),
        Linux.read(JsonDocument.parse("l", linux.getBytes(StandardCharsets.UTF_8)).root()));
  }

  @Test
  void landlockIsTheLastThingBeforeTheFilter() {
    JoinPlan with =
        plan(
            Map.of(Landlock.ANNOTATION, "ro:/"),
            TRUE.replace("{", "{\"noNewPrivileges\":true,"),
            "{}",
            true);
    List<String> sections = with.process().becomeUser().stream().map(Step::section).toList();
    String landlock = "annotations[\"dev.proa.landlock\"]";
    assertEquals(landlock, sections.getLast());
    assertTrue(
        sections.indexOf(landlock) < sections.indexOf("process.capabilities"), sections::toString);
    assertTrue(
        sections.indexOf("process.noNewPrivileges") < sections.size() - 1, sections::toString);
    assertFalse(
        plan(TRUE, "{}", true).process().becomeUser().stream()
            .anyMatch(step -> step.section().equals(landlock)));
  }

  private static final String TRUE = "{\"args\": [\"true\"], \"cwd\": \"/\", \"env\": []}";
  private static final String TERMINAL =
      "{\"args\": [\"true\"], \"cwd\": \"/\", \"env\": [], \"terminal\": true}";

  @Test
  void theNamespacesAreNewAndJoinedOnesAlike() {
    JoinPlan plan =
        plan(
            TRUE,
            "{\"namespaces\": [{\"type\": \"pid\"}, {\"type\": \"network\", \"path\": \"/n\"},"
                + " {\"type\": \"user\", \"path\": \"/u\"}, {\"type\": \"cgroup\"}]}",
            true);
    assertEquals(
        NamespaceCalls.CLONE_NEWPID
            | NamespaceCalls.CLONE_NEWNET
            | NamespaceCalls.CLONE_NEWUSER
            | NamespaceCalls.CLONE_NEWCGROUP,
        plan.namespaces());
  }

  @Test
  void onlyAnUnprivilegedCallerNeedsTheStage() {
    String user = "{\"namespaces\": [{\"type\": \"user\"}]}";
    assertFalse(plan(TRUE, user, true).staged());
    assertTrue(plan(TRUE, user, false).staged());
    assertFalse(plan(TRUE, "{\"namespaces\": [{\"type\": \"pid\"}]}", false).staged());
  }

  @Test
  void theSessionComesBeforeTheTerminal() {
    List<String> sections =
        plan(TERMINAL, "{}", true).session().stream().map(Step::section).toList();
    assertEquals(
        List.of("session", "session keyring", "linux.resources.cpu.cpus", "process.terminal"),
        sections);
  }

  @Test
  void nothingOfTheContainerIsMade() {
    List<String> sections =
        plan(TRUE, "{\"maskedPaths\": [\"/proc/kcore\"], \"sysctl\": {\"a\": \"b\"}}", true)
            .process()
            .becomeUser()
            .stream()
            .map(Step::section)
            .filter(section -> !section.startsWith("process.") && !section.isEmpty())
            .toList();
    assertEquals(List.of(), sections);
  }
}
