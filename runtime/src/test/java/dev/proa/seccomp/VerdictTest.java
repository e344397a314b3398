package dev.proa.seccomp;

import static dev.proa.seccomp.Sections.arg;
import static dev.proa.seccomp.Sections.rule;
import static dev.proa.seccomp.Sections.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proa.spec.linux.Seccomp;
import dev.proa.spec.linux.Seccomp.Action;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final long CLONE_NEWUSER = 0x10000000L;

  private final Seccomp section =
      section(
          Action.SCMP_ACT_ERRNO,
          List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86"),
          rule(Action.SCMP_ACT_ALLOW, List.of("read", "execve")),
          rule(Action.SCMP_ACT_ALLOW, List.of("clone"), arg(0, "MASKED_EQ", 0x7e020000)));

  @Test
  void saysTheRule() {
    assertEquals(
        new Verdict("SCMP_ACT_ALLOW", "syscalls[0]", List.of()),
        Verdict.of(section, "x86_64", "read"));
  }

  @Test
  void saysWhichConditionsDoNotHold() {
    String rule = "syscalls[1] where arg0 & 0x7e020000 == 0x0";
    assertEquals(
        new Verdict("SCMP_ACT_ALLOW", rule, List.of()), Verdict.of(section, "x86_64", "clone", 17));
    assertEquals(
        new Verdict("SCMP_ACT_ERRNO(1)", "defaultAction", List.of(rule)),
        Verdict.of(section, "amd64", "clone", CLONE_NEWUSER));
  }

  @Test
  void saysWhatIsNewer() {
    assertEquals(
        new Verdict(
            "SCMP_ACT_ERRNO(38)", "newer than every call that the profile names", List.of()),
        Verdict.of(section, null, "openat2"));
  }

  @Test
  void saysWhatIsNotListed() {
    Verdict verdict = Verdict.of(section, "SCMP_ARCH_X32", "read");
    assertEquals("SCMP_ACT_KILL_THREAD", verdict.action());
    Seccomp bare = section(Action.SCMP_ACT_ALLOW, List.of());
    assertEquals(
        new Verdict(
            "SCMP_ACT_KILL_THREAD", "SCMP_ARCH_X86 is not among the architectures", List.of()),
        Verdict.of(bare, "x86", "read"));
  }

  @Test
  void refusesWhatIsNoCall() {
    assertThrows(SeccompException.class, () -> Verdict.of(section, null, "readd"));
    assertThrows(SeccompException.class, () -> Verdict.of(section, "x86", "arch_prctll"));
  }

  @Test
  void theInterpreterDoesWhatTheOtherOneDoes() {
    Filter filter = SeccompCompiler.compile(Sections.dockerDefault(), Arch.X86_64);
    for (int audit : List.of(Arch.X86_64.audit(), Arch.X86.audit(), Arch.AARCH64.audit())) {
      for (int number = 0; number < 600; number++) {
        for (long argument : new long[] {0, 8, CLONE_NEWUSER, -1}) {
          assertEquals(
              BpfInterpreter.run(filter.program(), number, audit, argument),
              Interpreter.run(filter, number, audit, argument));
        }
      }
    }
  }

  @Test
  void readsDockersForm() {
    String text =
        """
        {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
         "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                     {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}],
         "syscalls": [
          {"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": null, "includes": {}},
          {"names": ["mkdir"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
          {"names": ["chroot"], "action": "SCMP_ACT_ALLOW",
           "includes": {"caps": ["CAP_SYS_CHROOT"]}},
          {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "excludes": {"caps": ["CAP_SYS_ADMIN"]},
           "args": [{"index": 0, "value": 2114060288, "op": "SCMP_CMP_MASKED_EQ"}]},
          {"names": ["breakpoint"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["arm"]}}]}
        """;
    Seccomp read = ProfileFile.read("p.json", text.getBytes(StandardCharsets.UTF_8));
    assertEquals(2, read.architectures().size());
    assertEquals("SCMP_ACT_ALLOW", Verdict.of(read, null, "chroot").action());
    assertEquals("SCMP_ACT_ERRNO(1)", Verdict.of(read, null, "mkdir").action());
    assertEquals("SCMP_ACT_ALLOW", Verdict.of(read, null, "clone").action());
    assertEquals("SCMP_ACT_ERRNO(1)", Verdict.of(read, null, "clone", CLONE_NEWUSER).action());
    assertThrows(
        SeccompException.class,
        () -> ProfileFile.read("p.json", "{\"linux\": {}}".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatWasLearnedIsAProfile() {
    Learned learned = new Learned();
    assertTrue(learned.add(Arch.X86_64.audit(), 83)); // mkdir
    assertTrue(learned.add(Arch.X86.audit(), 102)); // socketcall
    assertTrue(!learned.add(Arch.X86_64.audit(), 9999));
    Seccomp profile = ProfileFile.read("learned", learned.toJson());
    assertEquals("SCMP_ACT_ALLOW", Verdict.of(profile, "x86_64", "mkdir").action());
    assertEquals("SCMP_ACT_ALLOW", Verdict.of(profile, "x86", "socketcall").action());
    assertEquals("SCMP_ACT_ERRNO(1)", Verdict.of(profile, "x86_64", "rmdir").action());
    Learned again = new Learned();
    again.add(profile);
    assertEquals(
        new String(learned.toJson(), StandardCharsets.UTF_8),
        new String(again.toJson(), StandardCharsets.UTF_8));
  }
}
