package dev.proa.seccomp;

import static dev.proa.seccomp.Sections.arg;
import static dev.proa.seccomp.Sections.rule;
import static dev.proa.seccomp.Sections.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.spec.linux.Seccomp.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisassemblerTest {
  @Test
  void oneInstructionALineWithNames() {
    Filter filter =
        SeccompCompiler.compile(
            section(
                Action.SCMP_ACT_ERRNO,
                List.of(),
                rule(Action.SCMP_ACT_ALLOW, List.of("read", "write")),
                rule(Action.SCMP_ACT_ALLOW, List.of("clone"), arg(0, "MASKED_EQ", 0x7e020000))),
            Arch.X86_64);
    assertEquals(
        """
           0: ld [4]                      ; arch
           1: jeq 0xc000003e 2 9          ; arch == SCMP_ARCH_X86_64
           2: ld [0]                      ; nr
           3: jge 0x39 6 4                ; nr >= fork
           4: jge 0x2 5 14                ; nr >= open
           5: jge 0x38 10 13              ; nr >= clone
           6: jge 0x40000000 8 7          ; nr >= read (x32)
           7: ret 0x50026                 ; SCMP_ACT_ERRNO(38)
           8: jge 0xffffffff 13 9         ; nr >= 4294967295
           9: ret 0x0                     ; SCMP_ACT_KILL_THREAD
          10: ld [16]                     ; arg0 low
          11: and 0x7e020000
          12: jeq 0x0 14 13               ; arg0 low == 0
          13: ret 0x50001                 ; SCMP_ACT_ERRNO(1)
          14: ret 0x7fff0000              ; SCMP_ACT_ALLOW
        """,
        String.join("\n", Disassembler.lines(filter)) + "\n");
  }

  @Test
  void dockersProfileHasALineForEachInstructionAndNothingUnknown() {
    Filter filter = SeccompCompiler.compile(Sections.dockerDefault(), Arch.X86_64);
    List<String> lines = Disassembler.lines(filter);
    assertEquals(filter.length(), lines.size());
    for (String line : lines) {
      assertTrue(!line.contains("?") && !line.contains(": op "), line);
    }
    assertTrue(lines.stream().anyMatch(line -> line.contains("nr >= clone3 (x32)")));
  }
}
