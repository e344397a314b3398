package dev.proa.seccomp;

import dev.proa.spec.linux.Seccomp;
import java.util.List;
import java.util.Random;

/** Fuzz targets of what this package compiles. */
public final class SeccompFuzz {
  private static final int[] CALLS = {0, 1, 2, 9, 16, 56, 60, 135, 157, 332, 435, 900};

  private SeccompFuzz() {}

  /** A source of choices that the input makes; zeroes after its end. */
  private static final class Choices extends Random {
    private static final long serialVersionUID = 1;
    private final byte[] input;
    private int at;

    Choices(byte[] input) {
      super(0);
      this.input = input;
    }

    @Override
    protected int next(int bits) {
      if (input == null) {
        return 0; // called by the constructor of Random
      }
      int value = 0;
      for (int i = 0; i < (bits + 7) / 8; i++) {
        value = value << 8 | (at < input.length ? input[at++] & 0xff : at++ * 31 & 0xff);
      }
      return bits == 32 ? value : value & (1 << bits) - 1;
    }
  }

  /** A section that the input chooses: the program answers as the section read rule by rule. */
  public static void section(byte[] input) {
    Random choices = new Choices(input);
    Seccomp section = RandomSection.next(choices, RandomSection.Kind.ANY);
    byte[] program = SeccompCompiler.compile(section, Arch.X86_64).program();
    for (int nr : CALLS) {
      long[] args = RandomSection.arguments(choices);
      for (Arch arch : List.of(Arch.X86_64, Arch.X86)) {
        if (arch == Arch.X86_64 || section.architectures().contains(arch.specName())) {
          String expected = Actions.describe(NaiveFilter.run(section, arch, nr, args));
          String seen = Actions.describe(BpfInterpreter.run(program, nr, arch.audit(), args));
          if (!expected.equals(seen)) {
            throw new AssertionError(section + " nr " + nr + ": " + seen + ", not " + expected);
          }
        }
      }
    }
  }
}
