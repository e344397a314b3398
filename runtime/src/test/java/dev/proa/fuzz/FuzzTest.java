package dev.proa.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All seeds and all that hack/fuzz has found, then a moment of changed ones; see hack/fuzz. */
class FuzzTest {
  private static final Path SEEDS = Path.of("src/test/resources/fuzz");
  private static final long NANOS = 150_000_000;

  static List<String> targets() {
    return List.copyOf(Fuzz.targets().keySet());
  }

  private static List<byte[]> seeds(String target) throws IOException {
    try (Stream<Path> files = Files.list(SEEDS.resolve(target))) {
      List<byte[]> seeds = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
      return seeds;
    }
  }

  private static void run(Consumer<byte[]> target, byte[] input) {
    try {
      target.accept(input.clone());
    } catch (RuntimeException | Error e) {
      throw new AssertionError("input " + HexFormat.of().formatHex(input), e);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void target(String name) throws IOException {
    Consumer<byte[]> target = Fuzz.targets().get(name);
    List<byte[]> seeds = seeds(name);
    assertTrue(!seeds.isEmpty(), "no seed in " + SEEDS.resolve(name));
    for (byte[] seed : seeds) {
      run(target, seed);
    }
    Random random = new Random();
    long end = System.nanoTime() + NANOS;
    while (System.nanoTime() < end) {
      run(target, changed(seeds.get(random.nextInt(seeds.size())), random));
    }
  }

  /** A few bytes replaced, a piece left out, doubled, or cut off. */
  private static byte[] changed(byte[] seed, Random random) {
    byte[] input = seed.clone();
    for (int i = random.nextInt(4); i >= 0 && input.length > 0; i--) {
      int at = random.nextInt(input.length);
      int length = Math.min(random.nextInt(8) + 1, input.length - at);
      switch (random.nextInt(5)) {
        case 0 -> input[at] = (byte) random.nextInt(256);
        case 1 -> input[at] = (byte) " \"{}[],:/-0129.\n\0".charAt(random.nextInt(17));
        case 2 -> {
          byte[] shorter = Arrays.copyOf(input, input.length - length);
          System.arraycopy(input, at + length, shorter, at, input.length - at - length);
          input = shorter;
        }
        case 3 -> {
          byte[] longer = Arrays.copyOf(input, input.length + length);
          System.arraycopy(input, at, longer, at + length, input.length - at);
          input = longer;
        }
        default -> input = Arrays.copyOf(input, at);
      }
    }
    return input;
  }
}
