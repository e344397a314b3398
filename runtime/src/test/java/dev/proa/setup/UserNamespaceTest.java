package dev.proa.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.kernel.RecordingKernel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserNamespaceTest {
  @ParameterizedTest
  @CsvSource({
    "0 0 4294967295, true",
    "0 0 4294967294, false",
    "0 1000 1, false",
    "1 0 4294967295, false",
  })
  void theMachinesOwnMapsAllIdsToThemselves(String map, boolean initial) {
    RecordingKernel kernel = new RecordingKernel().file("/proc/self/uid_map", "  " + map + "\n");
    assertEquals(initial, UserNamespace.isInitial(kernel));
  }

  @ParameterizedTest
  @CsvSource({"'0 0 1000\n1000 1000 4294966295', false", "'', false"})
  void severalLinesAreNotIt(String map, boolean initial) {
    RecordingKernel kernel = new RecordingKernel().file("/proc/self/uid_map", map);
    assertEquals(initial, UserNamespace.isInitial(kernel));
  }
}
