package dev.proa.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "5s, 5000000000",
    "500ms, 500000000",
    "1m30s, 90000000000",
    "1.5h, 5400000000000",
    "10us, 10000",
    "10µs, 10000",
    "7ns, 7",
    "0, 0",
    "-1s, -1000000000",
    "+1s, 1000000000"
  })
  void reads(String text, long nanoseconds) {
    assertEquals(nanoseconds, new GoDuration().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-", "1x", "1s2", "1..2s", "1e3s", ".s", "99999999999h"})
  void refuses(String text) {
    assertThrows(TypeConversionException.class, () -> new GoDuration().convert(text));
  }
}
