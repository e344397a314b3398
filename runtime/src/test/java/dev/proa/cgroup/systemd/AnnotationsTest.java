package dev.proa.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proa.cgroup.CgroupException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotationsTest {
  private static String line(String name, String text) {
    return UnitPropertiesTest.lines(
            Annotations.of(Map.of("org.systemd.property." + name, text, "other", "x")))
        .getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "CollectMode | 'inactive-or-failed' | CollectMode s inactive-or-failed",
        "Description | \"a \\\"b\\\" \\\\ c\" | Description s a \"b\" \\ c",
        "SendSIGHUP | true | SendSIGHUP b true",
        "AddRef | boolean false | AddRef b false",
        "CPUWeight | uint64 200 | CPUWeight t 200",
        "CPUWeight | @t 200 | CPUWeight t 200",
        "MemoryMax | uint64 18446744073709551615 | MemoryMax t -1",
        "Nice | 5 | Nice i 5",
        "Nice | int16 -5 | Nice n -5",
        "Mask | uint32 0x1f | Mask u 31",
        "Mask | byte 017 | Mask y 15",
        "Factor | 1.5 | Factor d 1.5",
        "Names | ['a', 'b'] | Names as [a, b]",
        "Names | @as [] | Names as []",
        "Numbers | [uint32 1,2] | Numbers au [1, 2]",
        "Numbers | @au [1, 2] | Numbers au [1, 2]",
        "Path | objectpath '/a' | Path o /a",
        "Pairs | [('a', uint64 1), ('b', 2)] | Pairs a(st) [[a, 1], [b, 2]]",
        "Pairs | @a(st) [('a', 1)] | Pairs a(st) [[a, 1]]",
        "TimeoutStopSec | uint64 5 | TimeoutStopUSec t 5000000",
        "TimeoutStopSec | 5 | TimeoutStopUSec t 5000000",
        "TimeoutStopSec | 1.5 | TimeoutStopUSec t 1500000",
        "TimeoutStopUSec | uint64 5 | TimeoutStopUSec t 5",
      })
  void values(String name, String text, String expected) {
    assertEquals(expected, line(name, text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "inactive | unexpected \"inactive\"",
        "'a | the string has no end",
        "'a' b | unexpected \"b\"",
        "[] | an empty array needs a type: \"@as []\"",
        "[1, | a value is missing",
        "[1, 'a'] | type s where i is wanted",
        "uint32 -1 | \"-1\" is no value of type u",
        "uint64 -1 | \"-1\" is no value of type t",
        "3000000000 | \"3000000000\" is no value of type i",
        "byte 256 | \"256\" is no value of type y",
        "1x | \"1x\" is no value of type i",
        "@k 1 | unknown type \"k\"",
        "@as 1 | \"1\" is no value of type as",
        "~~ | a value is missing",
      })
  void refuses(String text, String reason) {
    String key = "org.systemd.property.Name";
    assertEquals(
        "annotation " + key + "=" + text + " value parse error: " + reason,
        assertThrows(CgroupException.class, () -> Annotations.check(key, text)).getMessage());
  }

  @Test
  void refusesNames() {
    assertEquals(
        "annotation org.systemd.property.ab name incorrect: too short",
        name("org.systemd.property.ab"));
    assertEquals(
        "annotation org.systemd.property.a_b name incorrect: contains non-alphabetic character",
        name("org.systemd.property.a_b"));
    assertEquals(
        "annotation org.systemd.property.TimeoutSec=true value parse error: not a number",
        assertThrows(
                CgroupException.class,
                () -> Annotations.check("org.systemd.property.TimeoutSec", "true"))
            .getMessage());
  }

  private static String name(String key) {
    return assertThrows(CgroupException.class, () -> Annotations.check(key, "1")).getMessage();
  }

  @Test
  void othersAreNoneOfOurs() {
    Annotations.check("org.systemd.property", "x");
    Annotations.check("io.kubernetes.x", "");
    assertEquals(List.of(), Annotations.of(Map.of("io.kubernetes.x", "")));
  }
}
