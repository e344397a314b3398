package dev.proa.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proa.spec.linux.Seccomp;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Programs of sections made by chance answer as the sections themselves. */
class RandomSectionTest {
  @Test
  void aProgramAnswersAsItsSection() {
    Random random = new Random(1);
    for (int i = 0; i < 400; i++) {
      Seccomp section = RandomSection.next(random, RandomSection.Kind.ANY);
      byte[] program = SeccompCompiler.compile(section, Arch.X86_64).program();
      for (int nr :
          new int[] {0, 1, 2, 3, 4, 6, 7, 9, 16, 55, 56, 60, 72, 135, 157, 332, 435, 900}) {
        for (int j = 0; j < 20; j++) {
          long[] args = RandomSection.arguments(random);
          for (Arch arch : List.of(Arch.X86_64, Arch.X86)) {
            if (arch == Arch.X86_64 || section.architectures().contains(arch.specName())) {
              assertEquals(
                  Actions.describe(NaiveFilter.run(section, arch, nr, args)),
                  Actions.describe(BpfInterpreter.run(program, nr, arch.audit(), args)),
                  () -> section + " nr " + nr + " " + arch);
            }
          }
        }
      }
    }
  }
}
