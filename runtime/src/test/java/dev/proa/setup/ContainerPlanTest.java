package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.spec.JsonDocument;
import dev.proa.spec.Spec;
import dev.proa.spec.SpecTemplate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order of the steps, for the config that {@code proa spec} writes. */
class ContainerPlanTest {
  private static ContainerPlan plan() {
    Spec spec = Spec.read(JsonDocument.parse("config.json", SpecTemplate.rootful(false)));
    return ContainerPlan.of(
        new ContainerPlan.Request(
            "id",
            "/b",
            "/b/rootfs",
            false,
            true,
            true,
            true,
            new InheritedFds(0, 0),
            null,
            null,
            CgroupView.NONE,
            false,
            false,
            Capabilities.Grantable.upTo(40),
            null),
        spec);
  }

  private static List<String> sections(List<Step> steps) {
    return steps.stream().map(Step::section).distinct().toList();
  }

  @Test
  void nothingReachesTheHostBeforeThePropagationIsSet() {
    List<String> sections = sections(plan().prepareRootfs());
    assertEquals("linux.rootfsPropagation", sections.get(0));
    assertEquals("root", sections.get(1).substring(0, 4));
    assertEquals("mounts[0]", sections.get(2));
    assertEquals("process.cwd", sections.getLast());
  }

  @Test
  void sysctlsComeBeforeReadonlyPathsAndTheTerminalBeforeAReadonlyRoot() {
    List<String> sections = sections(plan().finishRootfs());
    int readonlyPaths = sections.indexOf("linux.readonlyPaths");
    assertTrue(readonlyPaths > 0, sections::toString);
    assertEquals(readonlyPaths + 1, sections.indexOf("linux.maskedPaths"), sections::toString);
    assertTrue(
        sections.indexOf("process.terminal") < sections.indexOf("root.readonly"),
        sections::toString);
  }

  @Test
  void privilegesGoInTheOrderThatEachNeeds() {
    List<String> sections =
        plan().process().becomeUser().stream()
            .map(Step::section)
            .filter(s -> !s.isEmpty())
            .toList();
    int bounding = sections.indexOf("process.capabilities");
    int user = sections.lastIndexOf("process.user");
    int sets = sections.lastIndexOf("process.capabilities");
    int noNewPrivileges = sections.indexOf("process.noNewPrivileges");
    assertTrue(bounding < user && user < sets && sets < noNewPrivileges, sections::toString);
  }
}
