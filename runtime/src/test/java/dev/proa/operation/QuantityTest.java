package dev.proa.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, -1",
    "12, 12",
    "12b, 12",
    "100M, 104857600",
    "1.5g, 1610612736",
    "32 mib, 33554432",
    "1kB, 1024",
    "2T, 2199023255552",
    "9223372036854775807, 9223372036854775807"
  })
  void bytes(String text, long expected) {
    assertEquals(expected, Quantity.bytes("memory", text));
  }

  @ParameterizedTest
  @CsvSource({"abc", "-5", "1X", "1Mx", "1MiBx", "'1  M'", ".5M", "M"})
  void noBytes(String text) {
    assertEquals(
        "invalid value for memory: invalid size: '" + text + "'",
        assertThrows(OperationException.class, () -> Quantity.bytes("memory", text)).getMessage());
  }

  @Test
  void tooManyBytes() {
    assertThrows(OperationException.class, () -> Quantity.bytes("memory", "9223372036854775807k"));
    assertThrows(OperationException.class, () -> Quantity.bytes("memory", "99999999999999999999"));
  }

  @Test
  void whatIsNotGivenIsNull() {
    assertNull(Quantity.bytes("memory", null));
    assertNull(Quantity.bytes("memory", ""));
    assertNull(Quantity.signed("cpu-quota", ""));
    assertNull(Quantity.unsigned("cpu-period", null));
  }

  @Test
  void numbers() {
    assertEquals(-1L, Quantity.signed("cpu-quota", "-1"));
    assertEquals(-1L, Quantity.unsigned("cpu-period", "18446744073709551615"));
    assertEquals(
        "invalid value for cpu-period: strconv.ParseUint: parsing \"-1\": invalid syntax",
        assertThrows(OperationException.class, () -> Quantity.unsigned("cpu-period", "-1"))
            .getMessage());
    assertEquals(
        "invalid value for cpu-quota: strconv.ParseInt: parsing \"99999999999999999999\": value"
            + " out of range",
        assertThrows(
                OperationException.class,
                () -> Quantity.signed("cpu-quota", "99999999999999999999"))
            .getMessage());
  }
}
