package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EnvTest {
  private static String refused(String entry) {
    return assertThrows(SetupException.class, () -> Env.plan(List.of(entry))).getMessage();
  }

  @Test
  void ofANameThatIsThereTwiceTheLastWins() {
    Env env = Env.plan(List.of("A=1", "B=2", "A=3", "HOME=/x", "C=a=b"));
    assertEquals(List.of("B=2", "A=3", "HOME=/x", "C=a=b"), env.entries());
    assertFalse(env.needsHome());
  }

  @Test
  void homeIsAddedWhereItIsMissingOrEmpty() {
    Env env = Env.plan(List.of("HOME=", "A="));
    assertTrue(env.needsHome());
    assertEquals(List.of("A=", "HOME=/root"), env.withHome("/root"));
    assertTrue(Env.plan(List.of("HOME=/x", "HOME=")).entries().isEmpty());
    assertTrue(Env.plan(List.of()).needsHome());
  }

  @Test
  void whatIsNoVariable() {
    assertEquals("invalid environment variable \"A\": missing '='", refused("A"));
    assertEquals("invalid environment variable \"=x\": name cannot be empty", refused("=x"));
    assertEquals("invalid environment variable \"A\": contains nul byte", refused("A=b\0c"));
  }
}
