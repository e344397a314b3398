package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class DefaultRootTest {
  private static final String OWN = "/run/user/1000";

  @Test
  void anOrdinaryUserHasAFolderOfTheirOwn() {
    assertEquals("/run/user/1000/proa", DefaultRoot.of(OWN, false, false, "root"));
  }

  @Test
  void theMachinesRootHasTheMachines() {
    assertEquals("/run/proa", DefaultRoot.of(OWN, true, true, null));
    assertEquals("/run/proa", DefaultRoot.of(OWN, true, true, "somebody"));
  }

  @Test
  void rootOfAUserNamespaceIsAnOrdinaryUserUnlessItSaysOtherwise() {
    assertEquals("/run/user/1000/proa", DefaultRoot.of(OWN, true, false, null));
    assertEquals("/run/user/1000/proa", DefaultRoot.of(OWN, true, false, "somebody"));
    assertEquals("/run/proa", DefaultRoot.of(OWN, true, false, "root"));
  }
}
